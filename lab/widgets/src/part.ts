/** What all views but the table share: one state, drawn anew when it changes, without losing focus or open parts. */

import { fill, h, icon } from "./dom";
import { explainAgain, explainNoMore } from "./explain";
import { Wire, type Line, type Message, type Model } from "./wire";

const LOST = "There is no answer yet. What you did is kept here and sent again.";

export abstract class Part {
  protected readonly wire: Wire;
  protected readonly body = h("div", { class: "pk-body" });
  private readonly sorry = h("p", { class: "pk-alert", role: "alert" });
  protected state: Message = { op: "state" };

  constructor(
    protected readonly model: Model,
    protected readonly el: HTMLElement,
  ) {
    this.wire = new Wire(
      model,
      (message, mine) => this.heard(message, mine),
      (line) => this.lineChanged(line),
    );
    el.append(this.body, this.sorry);
    void this.wire.send("open");
  }

  /** Draw the state into the body. */
  protected abstract draw(): void;

  protected lineChanged(line: Line): void {
    this.el.toggleAttribute("data-waiting", line === "waiting" || line === "lost");
    if (line === "lost") this.say(LOST);
    else if (line === "idle" && this.sorry.textContent === LOST) this.say("");
  }

  protected say(sentence: string): void {
    if (this.sorry.textContent !== sentence)
      fill(this.sorry, sentence && icon("error"), sentence && h("span", {}, sentence));
  }

  /** A refusal stays until the person acts again; news does not wipe it away. */
  protected heard(message: Message, mine: boolean): void {
    if (message.op === "sorry" && mine) this.say(message.sentence);
    if (message.op !== "state") return;
    if (mine) this.say("");
    this.state = message;
    this.redraw();
    explainAgain(this.wire);
  }

  /** Draw, then put back the focus and what was unfolded; parts are known by `data-key`. */
  protected redraw(): void {
    const open = new Set(
      [...this.body.querySelectorAll<HTMLDetailsElement>("details[open][data-key]")].map((d) => d.dataset.key),
    );
    const focused = this.body.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset.key
      : undefined;
    this.draw();
    for (const d of this.body.querySelectorAll<HTMLDetailsElement>("details[data-key]"))
      if (open.has(d.dataset.key)) d.open = true;
    if (focused)
      this.body.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  destroy(): void {
    explainNoMore(this.wire);
    this.wire.close();
  }
}
