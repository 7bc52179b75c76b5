/** A study: begin it, watch it, stop it; set sliders, turn cards over, accept what is proposed. Nothing waits for it. */

import { button, fill, h, icon } from "./dom";
import { Part } from "./part";
import { Picture } from "./picture";
import type { Message, Model, Wire } from "./wire";

interface Item {
  id: string;
  title: string;
  lines: string[];
  turned: boolean;
  fixed: boolean;
}
interface Group {
  title: string;
  turn: string;
  items: Item[];
}
interface Control {
  name: string;
  label: string;
  value: string | number;
  options: [string, string][];
  low: number;
  high: number;
  step: number;
  words: string;
}

/** A picture that is part of the state: it is told what to show as if a kernel had sent it; what it asks, the study asks. */
class Shown implements Model {
  private readonly hearers = new Set<(message: Message) => void>();
  constructor(
    private state: Record<string, unknown>,
    private readonly wire: Wire,
  ) {}
  get = (): undefined => undefined;
  on = (_event: string, heard: (message: Message) => void): void => void this.hearers.add(heard);
  off = (_event: string, heard: (message: Message) => void): void => void this.hearers.delete(heard);
  send = (message: Message): void => {
    const { n, view, op, ...body } = message;
    if (op === "open") queueMicrotask(() => this.say({ ...this.state, op: "state", n, view }));
    else void this.wire.send(op, body).then((answer) => this.say({ ...answer, n, view }));
  };
  show(state: Record<string, unknown>): void {
    if (JSON.stringify(state) === JSON.stringify(this.state)) return;
    this.state = state;
    this.say({ ...state, op: "state" });
  }
  private say(message: Message): void {
    for (const heard of this.hearers) heard(message);
  }
}

export class Study extends Part {
  private readonly pictures: { model: Shown; box: HTMLElement; view: Picture }[] = [];
  private readonly ticked = new Map<string, boolean>();
  private readonly bar = h("progress", { max: 1, "aria-label": "How far the calculation is" });
  private readonly words = h("span", { class: "pk-quiet", role: "status" });
  private readonly top = h("div", { class: "pk-study-top" });
  private readonly rest = h("div", { class: "pk-study-rest" });
  private readonly box = h("section", { class: "pk-section pk-study" }, this.top, this.rest);
  private held = false;
  private later = 0;
  private dragged = "";

  protected override heard(message: Message, mine: boolean): void {
    if (message.op !== "progress") super.heard(message, mine);
    else if (this.state.progress) this.progress(message);
    else {
      this.state = { ...this.state, progress: message, begin: "" };
      this.redraw();
    }
  }

  private progress({ words, part }: Record<string, any>): void {
    this.words.textContent = words ?? "";
    if (typeof part === "number") this.bar.value = part;
    else this.bar.removeAttribute("value");
  }

  protected draw(): void {
    const s = this.state;
    const groups = (s.groups ?? []) as Group[];
    if (s.progress) this.progress(s.progress);
    if (!this.box.isConnected) fill(this.body, this.box);
    this.box.setAttribute("aria-label", s.title ?? "");
    if (!this.held || !this.top.contains(document.activeElement)) this.drawTop();
    fill(
      this.rest,
      s.headline && h("p", { class: "pk-study-head" }, s.headline),
      s.sorry && h("p", { class: "pk-alert", role: "alert" }, icon("error"), h("span", {}, s.sorry)),
      (s.figures ?? []).length > 0 && this.figures(s.figures),
      ...((s.notes ?? []) as string[]).map((n) => h("p", { class: "pk-study-note" }, icon("note"), h("span", {}, n))),
      this.grouped(groups),
      s.accept && groups.length > 0 && this.acceptance(groups),
      ...this.drawn((s.pictures ?? []) as Record<string, unknown>[]),
      s.table && this.table(s.table),
    );
  }

  /** Title, controls and progress; a slider somebody holds stays the one it is. */
  private drawTop(): void {
    const s = this.state;
    const again = s.begun ? "Compute again" : s.begin;
    fill(
      this.top,
      h("h3", {}, s.title ?? ""),
      h("p", { class: "pk-help" }, s.lead ?? ""),
      h(
        "div",
        { class: "pk-bar" },
        ...((s.controls ?? []) as Control[]).map((c) => this.control(c)),
        s.begin &&
          button(again, s.begun ? "again" : "play", () => void this.wire.send("start"), {
            class: s.begun ? "pk-btn" : "pk-btn pk-primary",
            "data-key": "begin",
          }),
        s.progress && button("Stop", "remove", () => void this.wire.send("stop"), { "data-key": "stop" }),
        s.progress && this.bar,
        s.progress && this.words,
        s.stale && !s.progress && h("span", { class: "pk-is-warning" }, "The plan has changed since. Compute again."),
      ),
    );
  }

  private control(c: Control): HTMLElement {
    const set = (value: string | number): void => void this.wire.send("set", { name: c.name, value });
    if (c.high > c.low) {
      const words = h("output", {}, c.words);
      const slider = h("input", {
        type: "range",
        min: c.low,
        max: c.high,
        step: c.step,
        value: String(c.value),
        "aria-valuetext": c.words,
        "data-key": `set-${c.name}`,
        onfocus: () => (this.held = true),
        onblur: () => {
          this.held = false;
          setTimeout(() => this.held || this.redraw(), 400);
        },
        oninput: () => {
          words.textContent = `${Number(slider.value) > 0 ? "+" : ""}${slider.value} %`;
          clearTimeout(this.later);
          this.later = window.setTimeout(
            () =>
              void this.wire.send("set", { name: c.name, value: Number(slider.value) }).then(({ controls }) => {
                const now = ((controls ?? []) as Control[]).find((one) => one.name === c.name);
                if (now && String(now.value) === slider.value) words.textContent = now.words;
              }),
            60,
          );
        },
      });
      return h("label", { class: "pk-slider" }, h("span", {}, c.label), slider, words);
    }
    const select = h(
      "select",
      { class: "pk-input", "data-key": `set-${c.name}`, onchange: () => set(select.value) },
      ...c.options.map(([value, label]) => h("option", { value, selected: value === String(c.value) }, label)),
    );
    return h("label", { class: "pk-pick" }, h("span", {}, c.label), select);
  }

  private figures(rows: [string, string, string][]): HTMLElement {
    const one = ([label, value, note]: [string, string, string]): HTMLElement =>
      h("div", {}, h("dt", {}, label), h("dd", {}, h("strong", {}, value), h("span", { class: "pk-quiet" }, note)));
    return h("dl", { class: "pk-figures" }, ...rows.map(one));
  }

  private grouped(groups: Group[]): HTMLElement {
    const cards = groups.some((g) => g.turn);
    return h(
      "div",
      { class: cards ? "pk-columns" : "pk-moves" },
      ...groups.map((g) => {
        const box = h(
          "section",
          { "aria-label": g.title },
          h("h4", {}, `${g.title} (${g.items.length})`),
          ...g.items.map((item) => (g.turn ? this.card(g, item) : this.line(item))),
        );
        if (g.turn) {
          box.addEventListener("dragover", (e) => e.preventDefault());
          box.addEventListener("drop", (e) => {
            e.preventDefault();
            const item = groups.flatMap((one) => one.items).find((i) => i.id === this.dragged);
            if (item && !g.items.includes(item)) this.turn(item);
          });
        }
        return box;
      }),
    );
  }

  private turn({ id, turned }: Item): void {
    void this.wire.send("turn", { id, over: !turned });
  }

  private card(g: Group, item: Item): HTMLElement {
    const why = h("input", {
      class: "pk-input",
      value: this.why.get(item.id) ?? "",
      placeholder: "Why? What is it worth to you?",
      "aria-label": `Reason for ${item.title}`,
      "data-key": `why-${item.id}`,
      oninput: () => this.why.set(item.id, why.value),
      // not at once: the click that ends the typing must find its button where it was
      onchange: () => setTimeout(() => void this.wire.send("why", { id: item.id, text: why.value }), 400),
    });
    if (!item.turned) this.why.delete(item.id);
    return h(
      "article",
      {
        class: item.turned ? "pk-offer pk-turned" : "pk-offer",
        draggable: "true",
        ondragstart: () => (this.dragged = item.id),
        "data-row": item.id,
      },
      h("strong", {}, item.title),
      ...item.lines.map((text) => h("span", { class: "pk-quiet" }, text)),
      button(item.turned ? "Back to the optimum" : g.turn, null, () => this.turn(item), {
        class: "pk-btn pk-link",
        "data-key": `turn-${item.id}`,
        "aria-label": `${item.turned ? "Back to the optimum" : g.turn}: ${item.title}`,
      }),
      item.turned && why,
    );
  }
  private readonly why = new Map<string, string>();

  private line(item: Item): HTMLElement {
    const tick = h("input", {
      type: "checkbox",
      checked: !item.fixed && (this.ticked.get(item.id) ?? false),
      disabled: item.fixed,
      "data-key": `tick-${item.id}`,
      onchange: () => {
        this.ticked.set(item.id, tick.checked);
        this.redraw();
      },
    });
    return h(
      "label",
      { class: item.fixed ? "pk-move pk-quiet" : "pk-move", "data-row": item.id },
      tick,
      h("span", {}, h("strong", {}, item.title), ...item.lines.map((text) => h("span", { class: "pk-quiet" }, text))),
    );
  }

  private acceptance(groups: Group[]): HTMLElement {
    const s = this.state;
    const open = groups.filter((g) => !g.turn).flatMap((g) => g.items.filter((i) => !i.fixed));
    const chosen = open.filter((i) => this.ticked.get(i.id));
    const reason = h("input", {
      class: "pk-input",
      value: this.reason || s.reason,
      "aria-label": "Reason for the history",
      "data-key": "reason",
      oninput: () => (this.reason = reason.value === s.reason ? "" : reason.value),
    });
    const accept = (rows: Item[]): void => {
      this.ticked.clear();
      void this.wire.send("accept", { ids: rows.map((i) => i.id), reason: reason.value, why: Object.fromEntries(this.why) });
      this.reason = "";
    };
    const cards = groups.some((g) => g.turn);
    return h(
      "div",
      { class: "pk-bar pk-accept" },
      h("label", { class: "pk-reason" }, h("span", {}, "Reason"), reason),
      cards
        ? button(s.accept, "ok", () => accept([]), { class: "pk-btn pk-primary", "data-key": "accept" })
        : button(`${s.accept} ${chosen.length || "what is ticked"}`, "ok", () => accept(chosen), {
            class: chosen.length ? "pk-btn pk-primary" : "pk-btn",
            disabled: !chosen.length,
            "data-key": "accept",
          }),
      s.every && open.length > 1 && button(`${s.accept} all ${open.length}`, null, () => accept(open), { "data-key": "all" }),
      s.refusal && h("span", { class: "pk-quiet" }, s.refusal),
    );
  }
  private reason = "";

  /** Pictures keep their place and their open tables while everything round them is drawn anew. */
  private drawn(states: Record<string, unknown>[]): HTMLElement[] {
    states.forEach((state, i) => {
      const kept = this.pictures[i];
      if (kept) kept.model.show(state);
      else {
        const model = new Shown(state, this.wire);
        const box = h("div", { class: "pk pk-inner pk-kind-picture" });
        this.pictures.push({ model, box, view: new Picture(model, box) });
      }
    });
    for (const { view } of this.pictures.splice(states.length)) view.destroy();
    return this.pictures.map((p) => p.box);
  }

  private table({ columns, rows }: { columns: string[]; rows: string[][] }): HTMLElement {
    const cell = (tag: "td" | "th", text: string, i: number): HTMLElement =>
      h(tag, { class: i ? "pk-right" : "", scope: tag === "th" ? "col" : undefined }, text);
    return h(
      "div",
      { class: "pk-twin", tabindex: 0, role: "region", "aria-label": `${this.state.title ?? "Study"}: the figures` },
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, ...columns.map((c, i) => cell("th", c, i)))),
        h("tbody", {}, ...rows.map((r) => h("tr", {}, ...r.map((c, i) => cell("td", c, i))))),
      ),
    );
  }

  override destroy(): void {
    clearTimeout(this.later);
    for (const { view } of this.pictures) view.destroy();
    super.destroy();
  }
}
