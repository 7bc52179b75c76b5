/** A table as a grid of sums: what is shown is chosen above, sums are typed, pasted, spread and copied. */

import "./pivot.css";
import { ask, button, fill, floating, h, icon, popover, type Choice } from "./dom";
import { Sheet, type Place } from "./sheet";
import { key, Store, type Typed } from "./store";
import { TableView } from "./table";
import { drawSaved, Wire, type Line, type Message, type Model } from "./wire";

type Body = Record<string, unknown>;
type Pair = [value: string, label: string];
type Manager = { get_model(id: string): Promise<Model> };
interface Slice {
  field: string;
  title: string;
  options: Pair[];
  value: string;
}

const TOTAL = "~total",
  HEAD = "~head",
  SUM = "~sum";

export class PivotView {
  private readonly store = new Store();
  private readonly wire: Wire;
  private sheet: Sheet | null = null;
  private behind: TableView | null = null;
  private line: Line = "idle";
  private sorry = "";
  private buttons: Record<string, HTMLButtonElement> = {};
  private closePop: (() => void) | null = null;
  private readonly help = h("p", { class: "pk-help" });
  private readonly slices = h("div", { class: "pk-slices" });
  private readonly bar = h("div", { class: "pk-bar", role: "toolbar" });
  private readonly saved = h("span", { class: "pk-saved", role: "status" });
  private readonly hint = h("p", { class: "pk-pivot-hint" });
  private readonly grid = h("div", { class: "pk-pivot-grid" });
  private readonly said = h("p", { class: "pk-pivot-said", role: "status" });
  private readonly alert = h("div", { class: "pk-alert", role: "alert" });
  private readonly drawer = h("section", { class: "pk-pivot-lines", hidden: true });

  constructor(
    private readonly model: Model,
    private readonly el: HTMLElement,
  ) {
    this.wire = new Wire(
      model,
      (message, mine) => this.heard(message, mine),
      (line) => {
        this.line = line;
        this.status();
      },
    );
    el.append(this.help, this.slices, this.bar, this.hint, this.grid, this.alert, this.said, this.drawer);
    el.addEventListener("keydown", (e) => this.keys(e));
    void this.wire.send("open");
  }

  // ---- from the kernel -------------------------------------------------------------------------------------

  private heard(message: Message, mine: boolean): void {
    if (message.op === "state") this.load(message);
    else if (message.op === "patch") void this.patch(message, mine);
    else if (message.op === "lines" && mine) void this.lines(message);
    else if (message.op === "ask" && mine) ask(this.el, message.question, message.choices, (c) => this.answered(c));
    else if (message.op === "sorry" && mine) {
      this.sorry = message.sentence;
      this.drawAlert();
    }
  }

  private load(state: Message): void {
    const { store } = this;
    const was = this.sheet?.active ?? null;
    const had = this.sheet?.el.contains(document.activeElement) ?? false;
    this.sheet?.destroy();
    this.close();
    store.load(state);
    const fields = store.columns.map((c) => c.field);
    const at = was && store.rows.has(was.id) && fields.includes(was.field) ? was : null;
    const sheet = (this.sheet = new Sheet(store, fields, this.orders(), at));
    this.help.textContent = state.help ?? "";
    fill(this.grid, sheet.el);
    this.drawBar();
    this.refresh();
    if (had) setTimeout(() => sheet.focus());
  }

  private orders(): ConstructorParameters<typeof Sheet>[2] {
    return {
      set: (at, typed, seen) => void this.set(at, typed, seen),
      paste: (ids, fields, cells) => void this.paste(ids, fields, cells),
      undo: () => this.send("undo"),
      redo: () => this.send("redo"),
      remove: () => undefined,
      open: () => this.open(),
      below: () => undefined,
      moved: () => this.moved(),
    };
  }

  private async patch(patch: Message, mine: boolean): Promise<void> {
    const { touched, moved } = this.store.patch(patch);
    for (const name of ["slices", "along", "hint"]) this.store.state[name] = patch[name];
    if (mine) [this.sorry, this.store.state.said] = ["", patch.said];
    await this.sheet?.refresh(touched, moved);
    this.refresh();
  }

  private refresh(): void {
    const { state } = this.store;
    for (const name of ["undo", "redo"]) {
      const b = this.buttons[name];
      b.disabled = !state[name];
      b.title = state[name] ?? `Nothing to ${name}`;
    }
    this.drawSlices(state.slices as Slice[]);
    this.hint.hidden = !state.hint;
    fill(this.hint, icon("note"), state.hint ?? "");
    this.said.textContent = state.said ?? "";
    this.moved();
    this.status();
    this.drawAlert();
  }

  // ---- to the kernel ---------------------------------------------------------------------------------------

  private send(op: string, body: Body = {}): void {
    this.closePop?.();
    void this.wire.send(op, body);
  }

  private async set(at: Place, typed: Typed, seen = this.store.text(at.id, at.field)): Promise<void> {
    const { store } = this;
    this.sorry = "";
    store.expect(at, typed.text);
    this.sheet?.redraw(at.id);
    const answer = await this.wire.send("set", { ...at, ...typed, seen });
    store.settle(at, typed.text, answer.op === "sorry" ? answer.sentence : null);
    this.sheet?.redraw(at.id);
    this.refresh();
  }

  private async paste(ids: string[], fields: string[], cells: string[][]): Promise<void> {
    const { pending } = this.store;
    const covered = cells.flatMap((row, r) => row.map((text, c) => [key(ids[r] ?? "", fields[c] ?? ""), text] as const));
    for (const [where, text] of covered) pending.set(where, text);
    this.sheet?.redraw(...ids);
    const answer = await this.wire.send("paste", { ids, fields, cells });
    for (const [where] of covered) pending.delete(where);
    this.sheet?.redraw(...ids);
    if (answer.op === "sorry") this.drawAlert();
  }

  private answered(choice: Choice): void {
    if (!choice.send) {
      this.sheet?.focus();
      return;
    }
    const { op, ...body } = choice.send as { op: string } & Body;
    this.send(op, body);
  }

  // ---- above the grid --------------------------------------------------------------------------------------

  private drawn = "";
  private drawSlices(slices: Slice[]): void {
    if (JSON.stringify(slices) === this.drawn) return;
    this.drawn = JSON.stringify(slices);
    const focused = (this.slices.contains(document.activeElement) && document.activeElement?.getAttribute("name")) || "";
    fill(this.slices, ...slices.map((one) => this.slice(one)));
    if (focused) this.slices.querySelector<HTMLElement>(`[name="${CSS.escape(focused)}"]`)?.focus();
  }

  private slice(one: Slice): HTMLElement {
    const select = h(
      "select",
      {
        class: "pk-input",
        name: one.field,
        onchange: () => this.send("choose", { field: one.field, value: select.value }),
      },
      ...one.options.map(([value, label]) => h("option", { value, selected: value === one.value }, label)),
    );
    return h("label", { class: "pk-pick" }, h("span", {}, one.title), select);
  }

  private drawBar(): void {
    const { state } = this.store;
    const make = (name: string, text: string, f: () => void, title = ""): HTMLButtonElement =>
      (this.buttons[name] = button(text, name in { undo: 1, redo: 1, open: 1 } ? name : null, f, { title }));
    const helper = (name: string, text: string, box: () => HTMLElement): HTMLButtonElement => {
      const one = make(name, text, () => this.pop(one, box()));
      one.setAttribute("aria-haspopup", "true");
      one.setAttribute("aria-expanded", "false");
      return one;
    };
    this.bar.setAttribute("aria-label", `${state.nouns} tools`);
    this.buttons = {};
    const may = !state.readonly;
    fill(
      this.bar,
      may && Boolean(state.whole) && helper("spread", "Spread …", () => this.spreadBox()),
      may && helper("copy", "Copy …", () => this.copyBox()),
      make("open", `Open ${state.noun}s`, () => this.open(), "What is behind this sum (Shift and Enter)"),
      make("undo", "Undo", () => this.send("undo")),
      make("redo", "Redo", () => this.send("redo")),
      h("span", { class: "pk-gap" }),
      h("span", { class: "pk-quiet" }, state.uom ?? ""),
      this.saved,
    );
  }

  private pop(anchor: HTMLElement, box: HTMLElement): void {
    if (this.closePop) {
      this.closePop();
      return;
    }
    this.closePop = popover(anchor, box, () => (this.closePop = null));
    box.querySelector<HTMLElement>("input, select, button")?.focus();
  }

  private get selected(): string[] {
    return (this.sheet?.selected ?? []).filter((id) => id !== TOTAL);
  }

  private moved(): void {
    const { open, spread, copy } = this.buttons;
    if (open) open.disabled = !this.sheet?.active;
    for (const one of [spread, copy]) if (one) one.disabled = !this.selected.length;
  }

  private names(ids: string[]): string {
    return ids.map((id) => this.store.text(id, HEAD)).join(", ");
  }

  private form(name: string, ...parts: (Node | string | false | null)[]): HTMLElement {
    const box = floating("pk-helper", { role: "dialog", "aria-label": name });
    box.append(h("h4", {}, name), ...parts.filter((one): one is Node | string => Boolean(one)));
    return box;
  }

  private choice(label: string, options: Pair[]): [HTMLElement, HTMLSelectElement] {
    const select = h("select", { class: "pk-input" }, ...options.map(([value, text]) => h("option", { value }, text)));
    return [h("label", { class: "pk-helper-field" }, h("span", {}, label), select), select];
  }

  /** The total of a row over the columns. */
  private spreadBox(): HTMLElement {
    const { store } = this;
    const ids = this.selected;
    const others = store.order.filter((id) => id !== TOTAL && !ids.includes(id) && store.text(id, SUM));
    const [like, select] = this.choice("how", [
      ["even", "evenly, to the cent"],
      ["same", "in the proportion of now"],
      ...others.map((id): Pair => [`beside:${id}`, `like ${store.text(id, HEAD)}`]),
      ...(store.state.along as Pair[]).map(([value, label]): Pair => [`along:${value}`, `like ${label}`]),
      ["~whole", `as one: ${store.state.whole}`],
    ]);
    const total = h("input", { class: "pk-input", type: "text", inputmode: "decimal", autocomplete: "off" });
    total.value = ids.length === 1 ? store.text(ids[0], SUM) : "";
    const go = (): void =>
      this.send("spread", { ids, like: select.value, total: ids.length === 1 ? total.value.trim() : "" });
    const box = this.form(
      `Spread ${this.names(ids)}`,
      ids.length === 1
        ? h("label", { class: "pk-helper-field" }, h("span", {}, "the total"), total)
        : h("p", { class: "pk-quiet" }, "Each row keeps its total."),
      like,
      button("Spread", null, go, { class: "pk-btn pk-primary" }),
    );
    total.addEventListener("keydown", (e) => e.key === "Enter" && go());
    return box;
  }

  /** A column to those that follow, or everything to another year. */
  private copyBox(): HTMLElement {
    const { store } = this;
    const ids = this.selected;
    const from = this.sheet?.active?.field ?? "";
    const columns = store.columns.filter((c) => !c.readonly && !c.field.startsWith("~"));
    const at = columns.findIndex((c) => c.field === from);
    const after = at < 0 ? [] : columns.slice(at + 1);
    const copy = (rows: string[], to: typeof columns): void =>
      this.send("copy", { ids: rows, field: from, to: to.map((c) => c.field) });
    const every = store.order.filter((id) => id !== TOTAL);
    const title = columns[at]?.title ?? "";
    const [next, last] = [after[0]?.title ?? "", after[after.length - 1]?.title ?? ""];
    const line = (text: string, rows: string[], to: typeof columns): HTMLElement =>
      button(text, null, () => copy(rows, to), { class: "pk-btn pk-helper-line" });
    const along = (store.state.along ?? []) as Pair[];
    const [to, select] = this.choice("everything shown to", along);
    const percent = h("input", { class: "pk-input", type: "text", inputmode: "decimal", value: "0" });
    const onward = (): void => this.send("onward", { to: select.value, percent: percent.value });
    return this.form(
      "Copy",
      after.length > 0 && line(`${this.names(ids)}: ${title} to ${next}`, ids, after.slice(0, 1)),
      after.length > 1 && line(`${this.names(ids)}: ${title} to ${next} … ${last}`, ids, after),
      after.length > 0 && line(`All rows: ${title} to ${next}`, every, after.slice(0, 1)),
      after.length > 1 && line(`All rows: ${title} to ${next} … ${last}`, every, after),
      !after.length && h("p", { class: "pk-quiet" }, "Put the cursor on a column that others follow to copy it to them."),
      along.length > 0 && to,
      along.length > 0 && h("label", { class: "pk-helper-field" }, h("span", {}, "changed by per cent"), percent),
      along.length > 0 && button("Copy", null, onward, { class: "pk-btn pk-primary" }),
    );
  }

  // ---- the rows behind a sum -------------------------------------------------------------------------------

  private open(): void {
    const at = this.sheet?.active;
    if (at) this.send("lines", { ...at });
  }

  private async lines(answer: Message): Promise<void> {
    const manager = (this.model as unknown as { widget_manager: Manager }).widget_manager;
    const model = await manager.get_model(answer.model);
    this.close();
    const box = h("div", { class: "pk pk-inner" });
    const shut = button("", "close", () => this.close(true), { class: "pk-btn pk-bare", "aria-label": "Close the lines" });
    fill(this.drawer, h("header", { class: "pk-drawer-head" }, h("h4", {}, answer.title), shut), box);
    this.drawer.hidden = false;
    this.behind = new TableView(model, box);
    this.drawer.scrollIntoView({ block: "nearest" });
  }

  private close(back = false): void {
    this.behind?.destroy();
    this.behind = null;
    this.drawer.hidden = true;
    fill(this.drawer);
    if (back) this.sheet?.focus();
  }

  // ---- what is said ----------------------------------------------------------------------------------------

  private status(): void {
    drawSaved(this.saved, this.line, this.store.state.saved);
  }

  private drawAlert(): void {
    const [first] = this.store.problems.values();
    const text = first?.sentence ?? this.sorry;
    const where = first ? `${this.store.text(first.id, HEAD)}, ${this.store.column(first.field)?.title}: ` : "";
    if (this.alert.dataset.text === where + text) return;
    this.alert.dataset.text = where + text;
    fill(this.alert, text && icon("error"), text && h("span", {}, where + text));
  }

  /** Undo works from anywhere in the view, except where an input has its own. */
  private keys(e: KeyboardEvent): void {
    const name = e.key.toLowerCase();
    const inside = this.drawer.contains(e.target as Node) || (e.target as Element).matches("input, textarea");
    if (!(e.ctrlKey || e.metaKey) || !["z", "y"].includes(name) || inside) return;
    e.preventDefault();
    this.send(name === "y" || e.shiftKey ? "redo" : "undo");
  }

  destroy(): void {
    this.close();
    this.closePop?.();
    this.sheet?.destroy();
    this.wire.close();
  }
}
