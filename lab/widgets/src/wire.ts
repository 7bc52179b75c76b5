/** The line to the kernel: numbered messages, each answered; what is not answered is sent once more. */

import { fill, icon } from "./dom";

export type Message = { op: string; n?: number; view?: string } & Record<string, any>;

export interface Model {
  get(name: string): unknown;
  on(event: string, heard: (message: Message) => void): void;
  off(event: string, heard: (message: Message) => void): void;
  send(message: Message): void;
}

export type Line = "idle" | "saving" | "waiting" | "lost";

interface Waiting {
  message: Message;
  at: number;
  again: boolean;
  done: (answer: Message) => void;
}

const SAVING = 350,
  WAITING = 4000,
  AGAIN = 6000,
  LOST = 20000;

/** Whether something is in the hand: what is drawn anew under a pressed pointer loses the click or drops the card. */
let pressed = false;
const held: (() => void)[] = [];
const press = (e: PointerEvent): void => void (pressed = !(e.target as Element).matches("input[type=range]"));
/** After the click or the drop that the release brings. */
const release = (e: Event): void => {
  if (e.type === "pointercancel" && (e as PointerEvent).pointerType === "mouse") return; // a drag begins
  if (e.type === "pointermove" && (!pressed || (e as PointerEvent).buttons)) return; // let go outside of the window
  setTimeout(() => {
    pressed = false;
    for (const take of held.splice(0)) take();
  });
};
addEventListener("pointerdown", press, true);
for (const name of ["pointerup", "pointercancel", "pointermove", "dragend"]) addEventListener(name, release, true);

export class Wire {
  readonly view = Math.random().toString(36).slice(2) + Date.now().toString(36);
  private n = 0;
  private line: Line = "idle";
  private timer = 0;
  private readonly open = new Map<number, Waiting>();

  /** `heard` gets every message; `mine` says whether it answers something this view sent. */
  constructor(
    private readonly model: Model,
    private readonly heard: (message: Message, mine: boolean) => void,
    private readonly lineChanged: (line: Line) => void = () => undefined,
  ) {
    model.on("msg:custom", this.receive);
    addEventListener("online", this.resend);
    document.addEventListener("visibilitychange", this.resend);
  }

  /** Send one message; resolves with the kernel's answer to it. */
  send(op: string, body: Record<string, unknown> = {}): Promise<Message> {
    const n = ++this.n;
    const message: Message = { ...body, op, n, view: this.view };
    return new Promise((done) => {
      this.open.set(n, { message, at: performance.now(), again: false, done });
      this.model.send(message);
      this.timer ||= window.setInterval(this.look, 150);
    });
  }

  close(): void {
    this.model.off("msg:custom", this.receive);
    removeEventListener("online", this.resend);
    document.removeEventListener("visibilitychange", this.resend);
    clearInterval(this.timer);
  }

  private readonly receive = (message: Message): void => {
    if (!message || typeof message.op !== "string" || message.op === "bundle") return;
    if (pressed) held.push(() => this.take(message));
    else this.take(message);
  };

  private take(message: Message): void {
    const mine = message.view === this.view;
    const waiting = mine && message.n !== undefined ? this.open.get(message.n) : undefined;
    if (mine && message.n !== undefined && !waiting) return; // the second answer to a message sent twice
    if (waiting) this.open.delete(message.n as number);
    this.look();
    if (message.op !== "ok") this.heard(message, mine);
    waiting?.done(message);
  }

  private readonly resend = (): void => {
    if (document.visibilityState !== "hidden")
      for (const w of this.open.values()) if (performance.now() - w.at > SAVING) this.model.send(w.message);
  };

  private readonly look = (): void => {
    let oldest = 0;
    const now = performance.now();
    for (const waiting of this.open.values()) {
      const age = now - waiting.at;
      if (age > AGAIN && !waiting.again) {
        waiting.again = true;
        this.model.send(waiting.message);
      }
      oldest = Math.max(oldest, age);
    }
    if (!this.open.size) {
      clearInterval(this.timer);
      this.timer = 0;
    }
    const line: Line = oldest > LOST ? "lost" : oldest > WAITING ? "waiting" : oldest > SAVING ? "saving" : "idle";
    if (line !== this.line) this.lineChanged((this.line = line));
  };
}

/** Say beside a view whether everything is stored. */
export function drawSaved(node: HTMLElement, line: Line, saved: string | null | undefined): void {
  const words: Record<Line, string> = {
    idle: saved ? `saved ${saved}` : "",
    saving: "saving …",
    waiting: "waiting for the calculation …",
    lost: "not saved yet: no answer. Your entry is kept here and sent again.",
  };
  const text = words[line];
  if (node.textContent !== text)
    fill(node, line === "idle" && text && icon("ok"), line === "lost" && icon("warning"), text);
  node.classList.toggle("pk-is-warning", line === "lost");
}
