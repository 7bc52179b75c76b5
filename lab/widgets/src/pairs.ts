/** Pairs as the fields of a square: each holds what was written from it; unused rows and columns can be seen. */

import { button, fill, h, icon } from "./dom";
import { Drawer } from "./drawer";
import { explain } from "./explain";
import { Store, type Typed } from "./store";
import { Wire, type Message, type Model } from "./wire";

type Cited = [id: string, label: string, kind: string];
interface About {
  cites: string;
  mark: string;
  nouns: string;
  down: boolean;
  sides: [Cited[], Cited[]];
}
const SIGN: Record<string, string> = { yes: "✓", no: "✕" };

export class PairsView {
  private readonly store = new Store();
  private readonly wire: Wire;
  private drawer: Drawer | null = null;
  /** The line somebody writes in, and of which pair: it stays when news draws the square anew. */
  private writing: { pair: string; input: HTMLTextAreaElement } | null = null;
  private readonly head = h("header", { class: "pk-head" });
  private readonly main = h("div", { class: "pk-table-main" });
  private readonly split = h("div", { class: "pk-split" });
  private readonly sorry = h("p", { class: "pk-alert", role: "alert" });

  constructor(model: Model, el: HTMLElement) {
    this.wire = new Wire(model, (message, mine) => this.heard(message, mine));
    el.append(this.head, this.split, this.sorry);
    void this.wire.send("open");
  }

  private heard(message: Message, mine: boolean): void {
    if (message.op === "sorry" && mine) fill(this.sorry, icon("error"), h("span", {}, message.sentence));
    if (message.op !== "state" && message.op !== "patch") return;
    if (mine) fill(this.sorry);
    const writes = this.writing !== null && this.writing.input === document.activeElement;
    if (message.op === "patch") this.store.patch(message);
    else {
      const open = this.drawer?.id ?? null;
      this.store.load(message);
      this.drawer?.close();
      this.drawer = new Drawer(
        this.store,
        (id, column, typed, seen) => id && void this.set(id, column.field, typed, seen),
        () => undefined,
        () => undefined,
        (id) => explain(this.wire, id),
      );
      fill(this.head, message.help && h("p", { class: "pk-help" }, message.help));
      fill(this.split, this.main, this.drawer.el);
      this.drawer.show(open);
    }
    this.draw();
    if (writes) this.writing?.input.focus({ preventScroll: true });
    if (mine && message.focus) this.drawer?.show(message.focus, true);
  }

  private draw(): void {
    const { store } = this;
    const { cites, sides, nouns, down } = store.state.pairs as About;
    const [rows, columns] = sides;
    const cited = new Map(store.order.map((id) => [id, new Set([store.raw(id, cites)].flat().map(String))]));
    const unused = [...rows, ...columns].filter(([id]) => ![...cited.values()].some((some) => some.has(id)));
    const idle = new Set(store.order.length ? unused.map(([id]) => id) : []);
    const title = ([id, label, kind]: Cited, scope: string): HTMLElement =>
      h(
        "th",
        { scope, class: idle.has(id) ? "pk-idle" : "" },
        h("span", { class: "pk-quiet" }, idle.has(id) ? `${kind}, in no ${store.state.noun}` : kind),
        h("span", {}, label),
      );
    const ask = down ? "The cards lie face down. Turn them over first." : `Write ${nouns} of both sides on the cards first.`;
    if (!rows.length || !columns.length) {
      fill(this.main, h("div", { class: "pk-empty" }, icon("columns"), h("p", {}, ask)));
      return;
    }
    const table = h(
      "table",
      { class: "pk-pairs" },
      h("thead", {}, h("tr", {}, h("td", {}), ...columns.map((c) => title(c, "col")))),
      h(
        "tbody",
        {},
        ...rows.map((r) =>
          h(
            "tr",
            {},
            title(r, "row"),
            ...columns.map((c) => this.cell(r, c, store.order.filter((id) => cited.get(id)?.has(r[0]) && cited.get(id)?.has(c[0])))),
          ),
        ),
      ),
    );
    const left = h("p", { class: "pk-help" }, `In no ${store.state.noun}: ${unused.map(([, label]) => label).join(" · ")}`);
    fill(this.main, h("div", { class: "pk-pairs-box", tabindex: 0, role: "region", "aria-label": "Pairs" }, table), idle.size > 0 && left);
    this.drawer?.refresh();
  }

  private cell(row: Cited, column: Cited, ids: string[]): HTMLElement {
    const { store } = this;
    const { mark } = store.state.pairs as About;
    const pair = `${row[0]} ${column[0]}`;
    if (this.writing?.pair === pair) return h("td", { "data-pair": pair }, this.writing.input);
    const name = `Write ${store.state.noun === "option" ? "an" : "a"} ${store.state.noun}: ${row[1]} with ${column[1]}`;
    const add = button("+", null, () => this.write(row, column, name), {
      class: "pk-btn pk-bare pk-pair-add",
      "aria-label": name,
      title: name,
    });
    return h(
      "td",
      { "data-pair": pair },
      ...ids.map((id) =>
        button(`${SIGN[store.text(id, mark)] ?? "○"} ${store.name(id)}`, null, () => this.drawer?.show(id, true), {
          class: "pk-btn pk-link pk-pair",
          title: store.name(id),
        }),
      ),
      !store.state.readonly && add,
    );
  }

  /** The field becomes a line to write in; Enter keeps it and opens its form, Escape leaves. */
  private write(row: Cited, column: Cited, name: string): void {
    const pair = [row[0], column[0]];
    const input = h("textarea", {
      class: "pk-input",
      rows: 3,
      "aria-label": name,
      placeholder: "What would we do?",
      onkeydown: (e: KeyboardEvent) => {
        if (e.key === "Escape") this.leave();
        if (e.key !== "Enter" || e.isComposing) return;
        e.preventDefault();
        void this.keep(pair, input);
      },
    });
    this.writing = { pair: pair.join(" "), input };
    this.draw();
    input.focus();
  }

  private leave(): void {
    this.writing = null;
    this.draw();
  }

  /** Written: the line goes when the kernel has taken it, and stays when it is refused. */
  private async keep(pair: string[], input: HTMLTextAreaElement): Promise<void> {
    const answer = await this.wire.send("pair", { pair, text: input.value.trim() });
    if (answer.op !== "sorry" && this.writing?.input === input) this.leave();
  }

  private async set(id: string, field: string, typed: Typed, seen: string): Promise<void> {
    this.store.expect({ id, field }, typed.text);
    const answer = await this.wire.send("set", { id, field, ...typed, seen });
    this.store.settle({ id, field }, typed.text, answer.op === "sorry" ? answer.sentence : null);
    this.draw();
  }

  destroy(): void {
    this.wire.close();
    this.drawer?.close();
  }
}
