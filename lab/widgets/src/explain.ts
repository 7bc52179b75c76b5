/** The panel that says what is behind a row: its fields, its figures taken apart, and the rows that belong to it. */

import { button, fill, floating, h, icon, uid } from "./dom";
import type { Message, Wire } from "./wire";

type Named = [id: string, name: string];
interface Figure {
  name: string;
  title: string;
  formula: string;
  source: string;
  sorry: string;
  /** null: slow, worked out when it is opened. */
  value: string | null;
  parts?: [term: string, value: string, id: string][];
  rows?: Named[];
  age?: string;
}
interface Group {
  title: string;
  by: string;
  count: number;
  rows: [id: string, name: string, beside: string][];
}
/** Groups with more rows than this are closed at first. */
const MANY = 12;

class Panel {
  readonly el = floating("pk-behind", { role: "dialog", tabindex: -1 });
  private readonly way: string[] = [];
  private readonly open = new Set<string>();
  private readonly heading = uid("pk-behind");
  private readonly back = document.activeElement as HTMLElement | null;
  private told: Message = { op: "explain" };

  constructor(readonly wire: Wire) {
    this.el.setAttribute("aria-labelledby", this.heading);
    this.el.addEventListener("keydown", (e) => {
      e.stopPropagation();
      if (e.key === "Escape") this.close();
    });
    document.body.append(this.el);
  }

  /** Ask what is behind a row and show it; the rows gone through before stay one step back. */
  async go(id: string): Promise<void> {
    if (this.way.at(-1) !== id) this.way.push(id);
    await this.refresh();
    this.el.scrollTop = 0;
    this.el.focus();
  }

  async refresh(): Promise<void> {
    const id = this.way.at(-1);
    const told = await this.wire.send("explain", { id });
    if (panel !== this || id !== this.way.at(-1)) return;
    this.told = told;
    this.draw();
  }

  close(): void {
    this.el.remove();
    if (panel === this) panel = null;
    if (this.back?.isConnected) this.back.focus({ preventScroll: true });
  }

  private draw(): void {
    const { told } = this;
    const bare = (name: string, title: string, f: () => void): HTMLElement =>
      button("", name, f, { class: "pk-btn pk-bare", "aria-label": title, title });
    const previous = (): void => {
      this.way.pop();
      void this.go(this.way.at(-1) as string);
    };
    fill(
      this.el,
      h(
        "header",
        { class: "pk-behind-head" },
        this.way.length > 1 && bare("left", "Back to the row before", previous),
        h(
          "div",
          {},
          h("p", { class: "pk-quiet" }, told.op === "sorry" ? "" : `${told.noun} ${told.id} · as of ${told.as_of}`),
          h("h3", { id: this.heading }, told.op === "sorry" ? told.sentence : told.name),
        ),
        h("span", { class: "pk-gap" }),
        bare("close", "Close (Escape)", () => this.close()),
      ),
      ...(told.op === "sorry" ? [] : this.body(told)),
    );
  }

  private body({ facts, figures, groups }: Message): HTMLElement[] {
    const fact = ([title, values]: [string, Named[]]): HTMLElement[] => [
      h("dt", { class: "pk-quiet" }, title),
      h("dd", {}, ...values.map((one) => this.row(one))),
    ];
    const section = (title: string, parts: HTMLElement[]): HTMLElement[] =>
      parts.length ? [h("section", {}, h("h4", {}, title), ...parts)] : [];
    return [
      h("dl", { class: "pk-facts" }, ...facts.flatMap(fact)),
      ...section("Figures", figures.map((one: Figure) => this.figure(one))),
      ...section("What belongs to it", groups.map((one: Group) => this.group(one))),
    ];
  }

  /** A row that can be gone to, or its name alone where it cannot. */
  private row([id, name]: Named): HTMLElement {
    return id ? button(name, null, () => void this.go(id), { class: "pk-btn pk-link" }) : h("span", {}, name);
  }

  /** What unfolds: open again after it is drawn anew. */
  private fold(key: string, open: boolean, summary: (Node | string)[], ...inside: HTMLElement[]): HTMLDetailsElement {
    const part = h("details", { open: open !== this.open.has(key) }, h("summary", {}, icon("right"), ...summary), ...inside);
    part.addEventListener("toggle", () => (part.open === open ? this.open.delete(key) : this.open.add(key)));
    return part;
  }

  private figure(one: Figure): HTMLElement {
    const value = h("strong", {}, one.value ?? "open to work it out");
    const inside = h("div", { class: "pk-figure" });
    const part = this.fold(`figure ${one.name}`, false, [h("span", {}, one.title), h("span", { class: "pk-gap" }), value], inside);
    const show = (all: Figure): void => {
      value.textContent = all.value || (all.sorry ? "not known" : "none");
      fill(inside, ...this.taken(all));
    };
    if (one.value !== null) show(one);
    else
      part.addEventListener("toggle", () => {
        if (!part.open || inside.childElementCount) return;
        fill(inside, h("p", { class: "pk-quiet", role: "status" }, "Working it out …"));
        void this.wire.send("figure", { id: this.way.at(-1), name: one.name }).then((found) => {
          if (found.op === "figure") show(found as unknown as Figure);
        });
      });
    return part;
  }

  /** A figure taken apart: formula, terms, rows, age, source. */
  private taken({ formula, parts, rows, age, source, sorry }: Figure): HTMLElement[] {
    const lines = (parts ?? []).flatMap(([term, value, id]) => [h("dt", {}, this.row([id, term])), h("dd", {}, value)]);
    return [
      h("p", {}, sorry || formula),
      ...(lines.length ? [h("dl", { class: "pk-terms" }, ...lines)] : []),
      ...(rows?.length ? [h("p", { class: "pk-from" }, "From: ", ...rows.map((one) => this.row(one)))] : []),
      h("p", { class: "pk-quiet" }, [age, source && `Source: ${source}`].filter(Boolean).join(". ")),
    ];
  }

  private group({ title, by, count, rows }: Group): HTMLElement {
    const name = [h("span", {}, title), h("span", { class: "pk-quiet" }, `${count} · ${by}`)];
    const line = ([id, text, beside]: Group["rows"][number]): HTMLElement =>
      h("li", {}, this.row([id, text]), h("span", { class: "pk-quiet" }, beside));
    const more = count > rows.length && h("li", { class: "pk-quiet" }, `and ${count - rows.length} more`);
    return this.fold(`group ${title} ${by}`, count <= MANY, name, h("ul", {}, ...rows.map(line), more));
  }
}

let panel: Panel | null = null;

/** Show what is behind a row, asked over the line of the view it was found in. */
export function explain(wire: Wire, id: string): void {
  if (panel?.wire !== wire) {
    panel?.close();
    panel = new Panel(wire);
  }
  void panel.go(id);
}

/** Something changed: what is shown is asked for again. */
export const explainAgain = (wire: Wire): void => {
  if (panel?.wire === wire) void panel.refresh();
};

/** A view goes away, and what it explained with it. */
export const explainNoMore = (wire: Wire): void => {
  if (panel?.wire === wire) panel.close();
};
