/** The line under a sheet that adds rows: type and press Enter, or paste many. */

import { fitted, parseCells } from "./clip";
import { control } from "./controls";
import { fill, h, icon } from "./dom";
import type { Store, Typed } from "./store";
import type { Message } from "./wire";

type Where = "top" | "beside" | "under";

/** What the line needs of the table it belongs to. */
export interface Around {
  store: Store;
  fields(): string[];
  active(): string | null;
  add(field: string, typed: Typed, parent: string | null): Promise<Message>;
  paste(fields: string[], cells: string[][]): void;
  up(): void;
}

const LONGEST_NAME = 34;

export class Adder {
  readonly el = h("div", { class: "pk-adder" });
  private input: HTMLElement | null = null;
  private select: HTMLSelectElement | null = null;
  private where: Where = "top";

  constructor(private readonly around: Around) {
    const { store } = around;
    const { state } = store;
    const column = store.column(store.labelField);
    this.el.hidden = Boolean(state.readonly) || state.can_add === false || !column;
    if (this.el.hidden || !column) return;
    const made = control(
      column,
      () => store.optionsFor(column),
      true,
      () => undefined,
    );
    const noun = String(state.noun ?? "row");
    made.input.setAttribute("aria-label", `Add ${noun}: ${column.title}`);
    const article = /^[aeio]/i.test(noun) ? "an" : "a";
    made.input.setAttribute("placeholder", `Add ${article} ${noun}: type and press Enter, or paste rows`);
    const take = async (): Promise<void> => {
      const typed = made.read();
      if (!typed.text) return;
      made.write("", []);
      const answer = await around.add(column.field, typed, this.parent());
      if (answer.op === "sorry" && !made.read().text) made.write(typed.text, []);
      else if (this.where === "under") this.where = "beside"; // the next one goes under the same parent
      const here = this.el.contains(document.activeElement);
      this.draw();
      if (here) made.focus(); // who went on to another place meanwhile stays there
    };
    made.input.addEventListener("keydown", (e) => {
      e.stopPropagation();
      const enter = e.key === "Enter" && !e.isComposing;
      if (made.key(e)) e.preventDefault();
      else if (enter || (e.key === "ArrowUp" && store.order.length)) {
        e.preventDefault();
        if (enter) void take();
        else around.up();
      }
    });
    made.input.addEventListener("paste", (e) => {
      const cells = parseCells(e.clipboardData?.getData("text/plain") ?? "");
      if (cells.length < 2 && cells[0].length < 2) return;
      e.preventDefault();
      const fields = around.fields();
      around.paste(...fitted(cells, fields.slice(Math.max(0, fields.indexOf(column.field)))));
    });
    if (state.tree) this.select = this.places();
    fill(this.el, icon("add"), made.el, this.select);
    this.input = made.input;
    this.draw();
  }

  focus(): void {
    this.input?.focus();
  }

  private places(): HTMLSelectElement {
    return h("select", {
      class: "pk-input pk-where",
      "aria-label": "Where the new row goes",
      onchange: (e: Event) => {
        this.where = (e.target as HTMLSelectElement).value as Where;
      },
    });
  }

  /** Offer the places around the selected row of a tree. */
  draw(): void {
    if (!this.select) return;
    const at = this.around.active();
    const name = at ? this.around.store.name(at) : "";
    const short = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
    const options: [Where, string][] = [["top", "at the top level"]];
    if (at) options.push(["beside", `beside ${short}`], ["under", `under ${short}`]);
    fill(
      this.select,
      ...options.map(([value, label]) => h("option", { value, selected: value === this.where }, label)),
    );
  }

  private parent(): string | null {
    const { store, active } = this.around;
    const at = active();
    if (!store.state.tree || !at || this.where === "top") return null;
    return this.where === "under" ? at : store.parent(at);
  }
}
