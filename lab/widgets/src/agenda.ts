/** The run of show with a timer that can be thrown on the wall. It sends nothing and survives a redraw. */

import { button, fill, h } from "./dom";
import { span } from "./header";
import { Part } from "./part";

interface Item {
  title: string;
  minutes: number;
  how?: string;
  prompt?: string;
  asks?: string[];
}

export class Agenda extends Part {
  private at = 0;
  private left = 0;
  private until = 0;
  private timer = 0;
  private unfolded = false;
  private clock: HTMLElement | null = null;
  private stage: HTMLElement | null = null;
  private said = h("span", { class: "pk-hidden", role: "status" });

  private get items(): Item[] {
    return (this.state.items ?? []) as Item[];
  }
  private get running(): boolean {
    return this.until > 0;
  }
  private get seconds(): number {
    return this.running ? Math.round((this.until - Date.now()) / 1000) : this.left;
  }

  protected override heard(...[message, mine]: Parameters<Part["heard"]>): void {
    const first = !this.state.items;
    super.heard(message, mine);
    if (first) this.choose(0);
  }

  protected draw(): void {
    const { state, items } = this;
    if (!items.length) {
      fill(this.body, h("p", { class: "pk-quiet" }, "This step has no agenda."));
      return;
    }
    let start = 0;
    const rows = items.map((item, i) => {
      const from = start;
      start += item.minutes;
      return h(
        "li",
        { class: i === this.at ? "pk-now" : "" },
        h(
          "button",
          {
            class: "pk-agenda-item",
            "data-key": `item-${i}`,
            "aria-current": i === this.at ? "step" : undefined,
            onclick: () => this.choose(i),
          },
          h("span", { class: "pk-quiet pk-clock" }, clockText(from * 60, true)),
          h(
            "span",
            { class: "pk-agenda-text" },
            h("strong", {}, item.title),
            item.how && h("span", { class: "pk-quiet" }, item.how),
          ),
          h("span", { class: "pk-quiet" }, span(item.minutes)),
        ),
      );
    });
    this.stage = h("section", {
      class: "pk-stage",
      "aria-label": "Timer",
      tabindex: -1,
      onkeydown: (e: KeyboardEvent) => this.keys(e),
    });
    const run = h(
      "details",
      { class: "pk-run", open: this.unfolded },
      h(
        "summary",
        {},
        h("strong", {}, state.title ?? "Run of show"),
        h("span", { class: "pk-quiet" }, `${items.length} items, a timer for each. Now: ${items[this.at]?.title ?? ""}`),
      ),
      h("div", { class: "pk-agenda" }, h("ol", {}, ...rows), this.stage),
    ) as HTMLDetailsElement;
    run.addEventListener("toggle", () => (this.unfolded = run.open));
    fill(this.body, run, this.said);
    this.drawStage();
  }

  private drawStage(): void {
    const item = this.items[this.at];
    if (!this.stage || !item) return;
    const key =
      (this.stage.contains(document.activeElement) && (document.activeElement as HTMLElement).dataset.key) || "";
    this.clock = h("p", { class: "pk-time", role: "timer", "aria-live": "off" });
    const following = this.items[this.at + 1];
    fill(
      this.stage,
      h("p", { class: "pk-quiet" }, `${this.at + 1} of ${this.items.length}`),
      h("h3", {}, item.title),
      item.prompt && h("blockquote", { class: "pk-prompt" }, item.prompt),
      item.how && h("p", { class: "pk-quiet pk-how" }, item.how),
      item.asks && item.asks.length > 0 && h("ol", { class: "pk-asks" }, ...item.asks.map((one) => h("li", {}, one))),
      this.clock,
      h(
        "div",
        { class: "pk-bar" },
        button(this.running ? "Pause" : "Start", this.running ? "pause" : "play", () => this.toggle(), {
          class: "pk-btn pk-primary",
          "data-key": "toggle",
          "aria-keyshortcuts": "Space",
        }),
        button("Next", "right", () => this.choose(this.at + 1, this.running), {
          disabled: !following,
          "data-key": "next",
          title: following ? `Next: ${following.title}` : "This is the last item",
        }),
        button("Again", "again", () => this.choose(this.at, this.running), { "data-key": "again" }),
        button("+1 min", null, () => this.more(60), { "data-key": "more" }),
        button(document.fullscreenElement === this.stage ? "Leave" : "Enlarge", "full", () => void this.enlarge(), {
          "data-key": "full",
          "aria-keyshortcuts": "f",
        }),
      ),
      following && h("p", { class: "pk-quiet pk-after" }, `Then: ${following.title}, ${span(following.minutes)}`),
    );
    this.tick();
    if (key) this.stage.querySelector<HTMLElement>(`[data-key="${key}"]`)?.focus();
  }

  private choose(i: number, go = false): void {
    if (!this.items[i]) return;
    this.at = i;
    this.left = this.items[i].minutes * 60;
    this.until = 0;
    if (go) this.start();
    this.redraw();
  }

  private start(): void {
    this.until = Date.now() + this.left * 1000;
    this.timer ||= window.setInterval(() => this.tick(), 250);
  }

  private toggle(): void {
    if (this.running) {
      this.left = this.seconds;
      this.until = 0;
    } else this.start();
    this.drawStage();
  }

  private more(seconds: number): void {
    this.left += seconds;
    if (this.running) this.until += seconds * 1000;
    this.tick();
  }

  private tick(): void {
    const { seconds, clock, stage } = this;
    if (!clock || !stage) return;
    const text = clockText(Math.abs(seconds));
    const over = seconds < 0;
    const shown = over ? `${text} over` : text;
    if (clock.textContent !== shown) clock.textContent = shown;
    stage.classList.toggle("pk-over", over);
    stage.classList.toggle("pk-soon", !over && seconds <= 60 && this.running);
    if (this.running && (seconds === 60 || seconds === 0))
      this.said.textContent = seconds ? "One minute left" : "Time is up";
    if (!this.running) {
      clearInterval(this.timer);
      this.timer = 0;
    }
  }

  private async enlarge(): Promise<void> {
    const { stage } = this;
    if (!stage) return;
    const big = stage.classList.toggle("pk-stage-big");
    try {
      if (big) await stage.requestFullscreen();
      else if (document.fullscreenElement) await document.exitFullscreen();
    } catch {
      /* without full screen it still fills the window */
    }
    stage.onfullscreenchange = (): void => {
      if (!document.fullscreenElement) {
        stage.classList.remove("pk-stage-big");
        this.drawStage();
      }
    };
    this.drawStage();
    stage.focus();
  }

  private keys(e: KeyboardEvent): void {
    const onButton = (e.target as Element).closest("button");
    const close = e.key === "Escape" && this.stage?.classList.contains("pk-stage-big") && !document.fullscreenElement;
    if (e.key === " " && !onButton) this.toggle();
    else if (e.key === "n" || e.key === "ArrowRight") this.choose(this.at + 1, this.running);
    else if (e.key === "ArrowLeft") this.choose(this.at - 1, this.running);
    else if (e.key === "f" || close) void this.enlarge();
    else return;
    e.preventDefault();
    e.stopPropagation();
  }

  protected override redraw(): void {
    if (this.stage?.classList.contains("pk-stage-big")) this.drawStage();
    else super.redraw();
  }

  override destroy(): void {
    clearInterval(this.timer);
    super.destroy();
  }
}

function clockText(seconds: number, short = false): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  return short
    ? `${Math.floor(seconds / 3600)}:${two(Math.floor((seconds % 3600) / 60))}`
    : `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}
