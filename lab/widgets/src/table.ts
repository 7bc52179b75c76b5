/** The table view: toolbar, sheet, line to add rows, drawer with the whole row, and what the kernel answers. */

import { control } from "./controls";
import { ask, button, fill, h, icon, popover, uid, type Choice } from "./dom";
import { RowForm } from "./form";
import { columnChooser, Sheet, type Place } from "./grid";
import { key, Store, type Column, type Typed } from "./store";
import { Wire, type Line, type Message, type Model } from "./wire";
import { parseCells } from "./clip";

type Where = "top" | "beside" | "under";

export class TableView {
  private readonly store = new Store();
  private readonly wire: Wire;
  private sheet: Sheet | null = null;
  private form: RowForm | null = null;
  private openId: string | null = null;
  private shown: string[] = [];
  private line: Line = "idle";
  private where: Where = "top";
  private readonly bar = h("div", { class: "pk-bar", role: "toolbar" });
  private readonly saved = h("span", { class: "pk-saved", role: "status" });
  private readonly alert = h("div", { class: "pk-alert", role: "alert" });
  private readonly empty = h("div", { class: "pk-empty" });
  private readonly main = h("div", { class: "pk-table-main" });
  private readonly drawer = h("aside", { class: "pk-drawer", hidden: true });
  private readonly adder = h("div", { class: "pk-adder" });
  private readonly head = h("header", { class: "pk-head" });
  private buttons: Record<string, HTMLButtonElement> = {};
  private addInput: HTMLElement | null = null;
  private addWhere: HTMLSelectElement | null = null;
  private sorry = "";

  constructor(model: Model, private readonly el: HTMLElement) {
    this.wire = new Wire(model, (m, mine) => this.heard(m, mine), (line) => { this.line = line; this.drawSaved(); });
    el.append(this.head, this.bar, h("div", { class: "pk-split" }, this.main, this.drawer));
    el.addEventListener("keydown", (e) => this.keys(e));
    void this.wire.send("open");
  }

  // ---- from the kernel -------------------------------------------------------------------------------------

  private heard(message: Message, mine: boolean): void {
    if (message.op === "state") this.load(message);
    else if (message.op === "patch") void this.patch(message, mine);
    else if (message.op === "ask" && mine) ask(this.el, message.question, message.choices, (c) => this.answered(c));
    else if (message.op === "sorry" && mine) { this.sorry = message.sentence; this.drawAlert(); }
  }

  private load(state: Message): void {
    const { store } = this;
    store.load(state);
    this.sheet?.destroy();
    const view = (state.shown as string[] | null | undefined)?.filter((f) => store.column(f));
    this.shown = view?.length ? view : store.columns.filter((c) => c.essential !== false).map((c) => c.field);
    this.sheet = new Sheet(store, this.shown, {
      set: (at, typed) => void this.set(at, typed),
      paste: (ids, fields, cells) => void this.paste(ids, fields, cells),
      undo: () => void this.simple("undo"), redo: () => void this.simple("redo"),
      remove: (ids) => void this.remove(ids), open: (id) => this.openRow(id),
      below: () => this.addInput?.focus(), moved: (at) => this.moved(at),
    });
    this.form = new RowForm(store, (id, column, typed) => void this.fromForm(id, column, typed));
    fill(this.head, state.title && h("h3", {}, state.title), state.help && h("p", { class: "pk-help" }, state.help));
    this.drawBar();
    this.drawAdder();
    fill(this.main, this.empty, this.sheet.el, this.adder, this.alert);
    if (this.openId) this.openRow(store.rows.has(this.openId) ? this.openId : null);
    this.refresh();
  }

  private async patch(patch: Message, mine: boolean): Promise<void> {
    const { touched, moved } = this.store.patch(patch);
    this.refresh();
    await this.sheet?.refresh(touched, moved);
    if (patch.focus && mine && this.store.rows.has(patch.focus)) await this.sheet?.go({ id: patch.focus, field: this.store.labelField }, true);
  }

  private refresh(): void {
    const { state, problems } = this.store;
    for (const name of ["undo", "redo"]) {
      const b = this.buttons[name];
      if (!b) continue;
      b.disabled = !state[name];
      b.title = state[name] ?? (name === "undo" ? "Nothing to undo" : "Nothing to redo");
    }
    const none = !this.store.order.length;
    this.empty.hidden = !none;
    if (this.sheet) this.sheet.el.hidden = none;
    if (none) fill(this.empty, icon("columns"), h("p", {}, state.empty ?? `No ${state.nouns ?? "rows"} yet.`));
    this.drawSaved();
    this.drawAlert();
    if (this.openId && !this.store.rows.has(this.openId)) this.openRow(null);
    else if (!this.drawer.hidden) this.drawDrawer();
    if (problems.size) this.sorry = "";
  }

  // ---- to the kernel ---------------------------------------------------------------------------------------

  private async set(at: Place, typed: Typed): Promise<void> {
    const where = key(at.id, at.field);
    this.store.pending.set(where, typed.text);
    this.sheet?.redraw(at.id);
    this.sorry = "";
    const answer = await this.wire.send("set", { ...at, ...typed, seen: this.store.text(at.id, at.field) });
    if (this.store.pending.get(where) === typed.text) this.store.pending.delete(where);
    if (answer.op === "sorry") this.store.problems.set(where, { ...at, typed: typed.text, sentence: answer.sentence });
    this.sheet?.redraw(at.id);
    this.refresh();
  }

  private async paste(ids: string[], fields: string[], cells: string[][]): Promise<void> {
    const keys = ids.flatMap((id, r) => fields.map((f, c) => [key(id, f), cells[r][c]] as const));
    for (const [where, text] of keys) this.store.pending.set(where, text);
    for (const id of ids.slice(0, 200)) this.sheet?.redraw(id);
    await this.wire.send("paste", { ids, fields, cells });
    for (const [where] of keys) this.store.pending.delete(where);
    for (const id of ids) this.sheet?.redraw(id);
  }

  private async simple(op: string, body: Record<string, unknown> = {}): Promise<void> { await this.wire.send(op, body); }

  private async remove(ids: string[]): Promise<void> {
    if (ids.length && !this.store.state.readonly) await this.wire.send("remove", { ids });
  }

  private answered(choice: Choice): void {
    if (!choice.send) return;
    const { op, ...body } = choice.send as { op: string } & Record<string, unknown>;
    void this.wire.send(op, body);
  }

  private parentFor(): string | null {
    const at = this.sheet?.active?.id;
    if (!this.store.state.tree || !at || this.where === "top") return null;
    return this.where === "under" ? at : this.store.parent(at);
  }

  private async add(values: Record<string, string>, picked?: Record<string, string[]>): Promise<Message> {
    this.sorry = "";
    return this.wire.send("add", { values, picked, parent: this.parentFor() });
  }

  private async fromForm(id: string | null, column: Column, typed: Typed): Promise<void> {
    if (id) { await this.set({ id, field: column.field }, typed); return; }
    const answer = await this.add({ [column.field]: typed.text }, typed.picked && { [column.field]: typed.picked });
    if (answer.focus) this.openRow(answer.focus);
  }

  // ---- toolbar ---------------------------------------------------------------------------------------------

  private drawBar(): void {
    const { state } = this.store;
    const noun = state.noun ?? "row";
    const write = !state.readonly;
    this.bar.setAttribute("aria-label", `${state.title ?? noun} tools`);
    const make = (name: string, text: string, iconName: string, f: () => void, props = {}): HTMLButtonElement =>
      (this.buttons[name] = button(text, iconName, f, props));
    const filter = h("input", { class: "pk-input pk-filter", type: "search", placeholder: "Filter", "aria-label": `Filter ${state.nouns ?? "rows"}`, oninput: () => this.filter(filter.value) });
    fill(this.bar,
      write && state.can_add !== false && make("add", `Add ${noun}`, "add", () => this.addInput?.focus(), { class: "pk-btn pk-primary" }),
      make("open", "Open", "open", () => this.openRow(this.sheet?.active?.id ?? null, true), { title: `Open the selected ${noun} as a form (Shift and Enter)` }),
      write && make("remove", "Remove", "remove", () => void this.remove(this.sheet?.selected ?? []), { title: `Remove the selected ${state.nouns ?? "rows"}` }),
      write && make("undo", "Undo", "undo", () => void this.simple("undo"), { class: "pk-btn pk-slim", "aria-label": "Undo", "aria-keyshortcuts": "Control+Z" }),
      write && make("redo", "Redo", "redo", () => void this.simple("redo"), { class: "pk-btn pk-slim", "aria-label": "Redo", "aria-keyshortcuts": "Control+Y" }),
      make("columns", "Columns", "columns", () => this.chooser(), { "aria-haspopup": "true", "aria-expanded": "false" }),
      h("span", { class: "pk-with pk-search" }, icon("search"), filter),
      h("span", { class: "pk-count", role: "status" }), h("span", { class: "pk-gap" }),
      h("span", { class: "pk-people" }), this.saved);
    this.moved(this.sheet?.active ?? null);
  }

  private closeChooser: (() => void) | null = null;
  private chooser(): void {
    if (this.closeChooser) { this.closeChooser(); return; }
    const box = columnChooser(this.store, this.shown, (fields) => {
      this.shown = fields;
      this.sheet?.columns(fields);
      void this.simple("view", { columns: fields });
    });
    this.closeChooser = popover(this.buttons.columns, box, () => { this.closeChooser = null; });
    box.querySelector("input:not(:disabled)")?.dispatchEvent(new Event("focus"));
    (box.querySelector("input:not(:disabled)") as HTMLElement | null)?.focus();
  }

  private filter(words: string): void {
    const found = this.sheet?.filter(words) ?? 0;
    const count = this.bar.querySelector(".pk-count");
    if (count) count.textContent = words.trim() ? `${found} of ${this.store.order.length}` : "";
  }

  private moved(at: Place | null): void {
    for (const name of ["open", "remove"]) if (this.buttons[name]) this.buttons[name].disabled = !at;
    if (this.addWhere) this.drawWhere();
    if (!this.drawer.hidden && at && at.id !== this.openId) this.openRow(at.id);
  }

  private drawSaved(): void {
    const { saved, people_here: people } = this.store.state;
    const text = this.line === "saving" ? "saving …" : this.line === "waiting" ? "waiting for the calculation …"
      : this.line === "lost" ? "not saved yet: no answer. Your entry is kept here and sent again." : saved ? `saved ${saved}` : "";
    if (this.saved.textContent !== text) fill(this.saved, this.line === "idle" && text && icon("ok"), this.line === "lost" && icon("warning"), text);
    this.saved.classList.toggle("pk-is-warning", this.line === "lost");
    const here = this.bar.querySelector(".pk-people");
    if (here) fill(here, ...((people ?? []) as string[]).slice(0, 3).map((p) => h("span", { class: "pk-tag" }, p)));
  }

  private drawAlert(): void {
    const { store } = this;
    const [first, ...more] = store.problems.values();
    const before = this.alert.dataset.text;
    const text = first ? `${first.sentence}${more.length}` : this.sorry;
    if (text === before) return;
    this.alert.dataset.text = text;
    if (!first) { fill(this.alert, this.sorry && icon("error"), this.sorry && h("span", {}, this.sorry)); return; }
    fill(this.alert, icon("error"), h("span", {}, first.sentence),
      button("Go to the cell", null, () => { void this.sheet?.go(first).then(() => this.sheet?.focus()); }),
      store.rows.has(first.id) && button("Keep what was stored", null, () => void this.set(first, { text: store.text(first.id, first.field) })),
      more.length > 0 && h("span", { class: "pk-quiet" }, `and ${more.length} more`));
  }

  private keys(e: KeyboardEvent): void {
    const name = e.key.toLowerCase();
    if ((e.ctrlKey || e.metaKey) && name === "s") e.preventDefault(); // everything is saved already
    if (!(e.ctrlKey || e.metaKey) || (name !== "z" && name !== "y") || (e.target as Element).matches("input, textarea")) return;
    e.preventDefault();
    void this.simple(name === "y" || e.shiftKey ? "redo" : "undo");
  }

  // ---- the line that adds ----------------------------------------------------------------------------------

  private drawAdder(): void {
    const { store } = this;
    this.adder.hidden = Boolean(store.state.readonly) || store.state.can_add === false;
    const column = store.column(store.labelField);
    if (this.adder.hidden || !column) { fill(this.adder); this.addInput = null; return; }
    const made = control(column, () => store.optionsFor(column), true, () => undefined);
    made.input.setAttribute("aria-label", `Add ${store.state.noun ?? "a row"}: ${column.title}`);
    made.input.setAttribute("placeholder", `Type to add ${/^[aeio]/i.test(store.state.noun ?? "row") ? "an" : "a"} ${store.state.noun ?? "row"}, Enter saves it. Or paste from a spreadsheet.`);
    made.input.addEventListener("keydown", (e) => {
      e.stopPropagation();
      if (made.key(e)) { e.preventDefault(); return; }
      if (e.key === "Enter" && !e.isComposing) { e.preventDefault(); void take(); }
      if (e.key === "ArrowUp" && store.order.length) { e.preventDefault(); this.sheet?.focus(); }
    });
    const take = async (): Promise<void> => {
      const typed = made.read();
      if (!typed.text) return;
      made.write("", []);
      const answer = await this.add({ [column.field]: typed.text }, typed.picked && { [column.field]: typed.picked });
      if (answer.op === "sorry" && !made.read().text) made.write(typed.text, []);
      made.focus();
    };
    made.input.addEventListener("paste", (e) => {
      const cells = parseCells(e.clipboardData?.getData("text/plain") ?? "");
      if (cells.length < 2 && cells[0].length < 2) return;
      e.preventDefault();
      const from = Math.max(0, this.shown.indexOf(column.field));
      const fields = this.shown.slice(from, from + Math.max(...cells.map((row) => row.length)));
      void this.paste([], fields, cells.map((row) => fields.map((_, i) => row[i] ?? "")));
    });
    this.addWhere = store.state.tree ? h("select", { class: "pk-input pk-where", "aria-label": "Where the new row goes", onchange: (e: Event) => { this.where = (e.target as HTMLSelectElement).value as Where; } }) : null;
    fill(this.adder, icon("add"), made.el, this.addWhere);
    this.addInput = made.input;
    if (this.addWhere) this.drawWhere();
  }

  private drawWhere(): void {
    const at = this.sheet?.active?.id;
    const name = at ? this.store.name(at) : "";
    const short = name.length > 34 ? `${name.slice(0, 33)}…` : name;
    const options: [Where, string][] = at ? [["top", "at the top level"], ["beside", `beside ${short}`], ["under", `under ${short}`]] : [["top", "at the top level"]];
    if (this.addWhere) fill(this.addWhere, ...options.map(([value, label]) => h("option", { value, selected: value === this.where }, label)));
  }

  // ---- drawer ----------------------------------------------------------------------------------------------

  private openRow(id: string | null, take = false): void {
    this.openId = id;
    const was = this.drawer.hidden;
    this.drawer.hidden = id === null;
    this.el.classList.toggle("pk-has-drawer", id !== null);
    if (id === null) { this.form?.close(); return; }
    if (was || take || !this.drawer.contains(this.form?.el ?? null)) this.buildDrawer();
    this.drawDrawer();
    if (was || take) this.form?.focus();
  }

  private buildDrawer(): void {
    const name = uid("pk-drawer");
    const move = (by: number) => (): void => {
      const ids = this.sheet?.order() ?? [];
      const next = ids[ids.indexOf(this.openId ?? "") + by];
      if (next) void this.sheet?.go({ id: next, field: this.store.labelField });
    };
    const close = (): void => { this.openRow(null); this.sheet?.focus(); };
    this.drawer.setAttribute("aria-labelledby", name);
    this.drawer.onkeydown = (e): void => { if (e.key === "Escape" && !(e.target as Element).matches("[aria-expanded=true]")) close(); };
    fill(this.drawer, h("div", { class: "pk-drawer-head" }, h("h4", { id: name }),
      button("", "up", move(-1), { class: "pk-btn pk-bare", "aria-label": "Row above", title: "Row above" }),
      button("", "down", move(1), { class: "pk-btn pk-bare", "aria-label": "Row below", title: "Row below" }),
      button("", "close", close, { class: "pk-btn pk-bare", "aria-label": "Close the form", title: "Close (Escape)" })), this.form?.el ?? null);
  }

  private drawDrawer(): void {
    if (!this.openId) return;
    const title = this.drawer.querySelector("h4");
    if (title) fill(title, h("span", { class: "pk-quiet" }, `${this.openId} `), this.store.name(this.openId));
    this.form?.show(this.openId);
  }

  destroy(): void {
    this.wire.close();
    this.sheet?.destroy();
    this.form?.close();
    this.closeChooser?.();
  }
}
