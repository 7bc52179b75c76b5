/** The sheet itself: cells, cursor, range, editing, clipboard. Tabulator draws rows and columns; the rest is here. */

import { FilterModule, FormatModule, FrozenColumnsModule, InteractionModule, ResizeColumnsModule, ResizeTableModule, SortModule, Tabulator } from "tabulator-tables";
import type { CellComponent, ColumnDefinition, RowComponent } from "tabulator-tables";
import { formatCells, parseCells } from "./clip";
import { control, type Control } from "./controls";
import { button, fill, floating, guard, h, icon, place, uid } from "./dom";
import { key, type Column, type Store, type Typed } from "./store";

Tabulator.registerModule([FilterModule, FormatModule, FrozenColumnsModule, InteractionModule, ResizeColumnsModule, ResizeTableModule, SortModule]);

export interface Place { id: string; field: string }

/** What the sheet asks its owner to do. */
export interface Orders {
  set(at: Place, typed: Typed): void;
  paste(ids: string[], fields: string[], cells: string[][]): void;
  undo(): void;
  redo(): void;
  remove(ids: string[]): void;
  open(id: string): void;
  below(): void;
  moved(at: Place | null): void;
}

interface Editing { at: Place; control: Control; box: HTMLElement; column: Column; before: string }

const WIDTHS: Record<string, [min: number, grow: number]> = {
  text: [150, 2], long: [220, 3], date: [112, 0], number: [96, 0], money: [112, 0], whole: [84, 0], flag: [76, 0],
  choice: [124, 1], ref: [140, 1], any_ref: [160, 1], refs: [160, 2], texts: [150, 2],
};
const RIGHT = new Set(["number", "money", "whole"]);
const ONE_LINE_FROM = 1500;

export class Sheet {
  readonly el = h("div", { class: "pk-sheet" });
  active: Place | null = null;
  private extent: Place | null = null;
  private readonly table: Tabulator;
  private editing: Editing | null = null;
  private ids: string[] | null = null;
  private readonly rows = new Map<string, RowComponent>();
  private readonly shut = new Set<string>();
  private words = "";
  private visible: Set<string> | null = null;
  private built = false;
  private sorted = false;
  private leaving = false;
  private readonly tip = floating("pk-tip", { role: "tooltip", id: uid("pk-tip") });
  private readonly name = uid("pk-cell");
  private flash: string | null = null;

  constructor(private readonly store: Store, private shownFields: string[], private readonly orders: Orders) {
    const body = guard(h("div", { class: "pk-tabulator", tabindex: 0 }));
    this.el.append(body);
    this.table = new Tabulator(body, {
      data: store.order.map((id) => ({ _id: id })), index: "_id", columns: this.definitions(), layout: "fitColumns",
      maxHeight: "60vh", rowHeight: store.order.length > ONE_LINE_FROM ? 33 : undefined, headerSortTristate: true,
      columnHeaderSortMulti: false, resizableColumnFit: false, placeholder: "", nestedFieldSeparator: false as unknown as string,
      columnDefaults: { headerWordWrap: true } as ColumnDefinition,
      rowFormatter: (row) => this.drawRow(row),
    } as ConstructorParameters<typeof Tabulator>[1]);
    body.setAttribute("aria-label", `${store.state.title ?? store.state.nouns ?? "Table"}: arrows move, Enter edits, Escape then Tab leaves`);
    this.table.on("tableBuilt", () => { this.built = true; this.index(); this.refilter(); this.holder.tabIndex = -1; });
    this.table.on("dataSorted", (sorters) => { this.sorted = sorters.length > 0; this.ids = null; });
    this.table.on("dataFiltered", () => { this.ids = null; });
    this.table.on("scrollVertical", () => requestAnimationFrame(() => { this.hideTip(); this.paint(); }));
    this.table.on("renderComplete", () => this.paint());
    body.addEventListener("keydown", (e) => this.key(e));
    body.addEventListener("pointerdown", (e) => this.press(e));
    body.addEventListener("dblclick", (e) => this.double(e));
    body.addEventListener("pointerover", (e) => this.hover(e));
    body.addEventListener("pointerleave", () => this.hideTip());
    body.addEventListener("copy", (e) => this.copy(e));
    body.addEventListener("cut", (e) => { this.copy(e); this.clear(); });
    body.addEventListener("paste", (e) => this.pasted(e));
    body.addEventListener("focus", () => { this.leaving = false; if (!this.active) this.home(); else this.paint(); });
    body.addEventListener("blur", () => { this.hideTip(); this.paint(); });
  }

  private get body(): HTMLElement { return this.el.firstElementChild as HTMLElement; }
  private get holder(): HTMLElement { return this.body.querySelector(".tabulator-tableholder") as HTMLElement; }
  private get fields(): string[] { return this.shownFields; }

  // ---- columns ---------------------------------------------------------------------------------------------

  private definitions(): ColumnDefinition[] {
    const { store } = this;
    const number: ColumnDefinition = {
      title: "", field: "_id", width: 58, frozen: true, resizable: false, headerSort: false, cssClass: "pk-number",
      formatter: (cell) => h("span", {}, String(cell.getValue())),
    };
    const columns = this.fields.map((field) => store.column(field)).filter((c): c is Column => Boolean(c));
    return [number, ...columns.map((c) => this.definition(c))];
  }

  private definition(column: Column): ColumnDefinition {
    const label = column.field === this.store.labelField;
    const [least, growth] = WIDTHS[column.kind] ?? WIDTHS.text;
    return {
      title: column.title, field: column.field, frozen: label && this.fields[0] === column.field,
      minWidth: label ? 240 : column.width ?? least, widthGrow: label ? 4 : growth, width: growth || label ? undefined : column.width ?? least,
      cssClass: [RIGHT.has(column.kind) && "pk-right", label && "pk-label", column.readonly && "pk-readonly"].filter(Boolean).join(" "),
      titleFormatter: () => this.head(column),
      formatter: (cell) => this.draw(cell, column),
      sorter: (_a, _b, a, b) => this.compare(column, a.getData()._id, b.getData()._id),
    };
  }

  private head(column: Column): HTMLElement {
    const title = h("span", {}, column.title, column.uom && h("span", { class: "pk-quiet" }, ` ${column.uom}`));
    const tip = [column.help, column.needed && "Needed before the step is done.", column.readonly && "Worked out by the plan."].filter(Boolean).join(" ");
    if (tip) title.title = tip;
    return title;
  }

  private compare(column: Column, a: string, b: string): number {
    if (RIGHT.has(column.kind)) {
      const [x, y] = [a, b].map((id) => Number(this.store.raw(id, column.field)));
      if (Number.isFinite(x) && Number.isFinite(y)) return x - y;
    }
    const [s, t] = [a, b].map((id) => this.store.shown(id, column.field));
    return s === "" || t === "" ? Number(s === "") - Number(t === "") : s.localeCompare(t, undefined, { numeric: true });
  }

  /** Which columns are shown, in this order. */
  columns(fields: string[]): void {
    this.cancel();
    this.shownFields = fields;
    this.table.setColumns(this.definitions());
    if (this.active && !fields.includes(this.active.field)) this.active = null;
  }

  // ---- rows ------------------------------------------------------------------------------------------------

  private index(): void {
    this.rows.clear();
    for (const row of this.table.getRows()) this.rows.set(row.getData()._id, row);
    this.ids = null;
  }

  /** Rows as shown: filtered, folded, sorted. */
  order(): string[] {
    return (this.ids ??= this.table.getRows("active").map((row) => row.getData()._id as string));
  }

  /** Draw what a patch changed. */
  async refresh(touched: Iterable<string>, moved: boolean): Promise<void> {
    if (!this.built) return;
    if (moved) {
      const { store } = this;
      const now = new Set(store.order);
      const gone = [...this.rows.keys()].filter((id) => !now.has(id));
      const fresh = store.order.filter((id) => !this.rows.has(id));
      const stay = [...this.rows.keys()].filter((id) => now.has(id));
      const tail = store.order.slice(0, stay.length).every((id, i) => id === stay[i]);
      if (this.editing && gone.includes(this.editing.at.id)) this.cancel();
      const where = this.active && this.order().indexOf(this.active.id);
      this.refold();
      if (tail && gone.length < 20 && fresh.length < 200) {
        for (const id of gone) await this.rows.get(id)?.delete();
        if (fresh.length) await this.table.addData(fresh.map((id) => ({ _id: id })));
      } else {
        const { scrollTop, scrollLeft } = this.holder;
        await this.table.replaceData(store.order.map((id) => ({ _id: id })));
        this.holder.scrollTo(scrollLeft, scrollTop);
      }
      this.index();
      this.refilter();
      if (this.active && !this.rows.has(this.active.id)) {
        const next = this.order()[Math.min(where ?? 0, this.order().length - 1)];
        this.select(next ? { id: next, field: this.active.field } : null);
      }
    }
    for (const id of touched) this.rows.get(id)?.reformat();
    if (this.editing) this.anchor();
    this.paint();
  }

  redraw(id: string): void { this.rows.get(id)?.reformat(); this.paint(); }

  /** Show rows that hold all words, with the rows above them in the tree. */
  filter(words: string): number {
    this.words = words.trim().toLowerCase();
    this.refold();
    this.refilter();
    return this.order().length;
  }

  private refold(): void {
    const { store, words } = this;
    if (!words && !this.shut.size) { this.visible = null; return; }
    const parts = words.split(/\s+/).filter(Boolean);
    const visible = (this.visible = new Set<string>());
    const path: string[] = [];
    for (const id of store.order) {
      path.length = Math.min(path.length, store.level(id));
      const text = parts.length ? [id, ...store.columns.map((c) => store.shown(id, c.field))].join(" ").toLowerCase() : "";
      if (parts.every((w) => text.includes(w)) && (parts.length || !path.some((p) => this.shut.has(p)))) {
        visible.add(id);
        if (parts.length) path.forEach((p) => visible.add(p));
      }
      path[store.level(id)] = id;
    }
  }

  private refilter(): void {
    if (!this.built) return;
    this.table.setFilter((data: { _id: string }) => !this.visible || this.visible.has(data._id));
    this.ids = null;
    this.paint();
  }

  fold(id: string, shut = !this.shut.has(id)): void {
    if (shut) this.shut.add(id); else this.shut.delete(id);
    this.refold();
    this.refilter();
    this.redraw(id);
  }

  private hasChildren(id: string): boolean {
    const next = this.store.order[(this.positions().get(id) ?? -2) + 1];
    return next !== undefined && this.store.level(next) > this.store.level(id);
  }

  private place: { order: string[]; at: Map<string, number> } | null = null;
  private positions(): Map<string, number> {
    const { order } = this.store;
    if (this.place?.order !== order || this.place.at.size !== order.length) this.place = { order, at: new Map(order.map((id, i) => [id, i])) };
    return this.place.at;
  }

  // ---- cells -----------------------------------------------------------------------------------------------

  private drawRow(row: RowComponent): void {
    const id = row.getData()._id as string;
    const node = row.getElement();
    node.dataset.id = id;
    node.classList.toggle("pk-flash", id === this.flash);
    if (this.store.state.tree) node.setAttribute("aria-level", String(this.store.level(id) + 1));
  }

  private draw(cell: CellComponent, column: Column): HTMLElement {
    const { store } = this;
    const id = cell.getData()._id as string;
    const at = key(id, column.field);
    const text = store.shown(id, column.field);
    const problem = store.problems.get(at);
    const mark = store.marks.get(at)?.[0];
    const node = cell.getElement();
    const states = { "pk-problem": Boolean(problem), "pk-pending": store.pending.has(at), [`pk-mark-${mark?.severity}`]: Boolean(mark && !problem) };
    for (const name of [...node.classList]) if (/^pk-(problem|pending|mark)/.test(name)) node.classList.remove(name);
    for (const [name, on] of Object.entries(states)) node.classList.toggle(name, on);
    node.setAttribute("aria-invalid", String(Boolean(problem)));
    if (column.readonly) node.setAttribute("aria-readonly", "true");
    const said = problem?.sentence ?? mark?.sentence;
    if (said) node.setAttribute("aria-description", said); else node.removeAttribute("aria-description");
    return this.content(id, column, text);
  }

  private content(id: string, column: Column, text: string): HTMLElement {
    const { store } = this;
    const hint = !text && column.needed && !column.readonly && !store.state.readonly;
    const many = (column.kind === "refs" || column.kind === "texts") && text;
    const inner = h("div", { class: hint ? "pk-c pk-hint" : "pk-c" });
    if (many) inner.append(...text.split(";").map((part) => h("span", { class: "pk-tag" }, part.trim())));
    else inner.textContent = hint ? "needed" : text;
    if (!store.state.tree || column.field !== store.labelField || this.sorted) return inner;
    const open = !this.shut.has(id);
    const twist = this.hasChildren(id)
      ? h("span", { class: "pk-twist", "data-twist": id }, icon(open ? "down" : "right")) : h("span", { class: "pk-twist" });
    const line = h("div", { class: "pk-tree" }, twist, inner);
    line.style.paddingInlineStart = `${store.level(id) * 18}px`;
    return line;
  }

  private cellNode(at: Place): HTMLElement | null {
    const row = this.rows.get(at.id);
    if (!row || !this.visibleIds().has(at.id)) return null;
    return row.getElement().querySelector(`.tabulator-cell[tabulator-field="${CSS.escape(at.field)}"]`);
  }

  private visibleIds(): Set<string> {
    return new Set([...this.body.querySelectorAll<HTMLElement>(".tabulator-row[data-id]")].map((node) => node.dataset.id as string));
  }

  // ---- cursor ----------------------------------------------------------------------------------------------

  private range(): { ids: string[]; fields: string[] } {
    if (!this.active) return { ids: [], fields: [] };
    const span = <T,>(list: T[], a: T, b: T): T[] => {
      const [i, j] = [list.indexOf(a), list.indexOf(b)].sort((x, y) => x - y);
      return i < 0 ? [a] : list.slice(i, j + 1);
    };
    const to = this.extent ?? this.active;
    if (this.active.field === "_id") return { ids: span(this.order(), this.active.id, to.id), fields: this.fields };
    return { ids: span(this.order(), this.active.id, to.id), fields: span(this.fields, this.active.field, to.field === "_id" ? this.active.field : to.field) };
  }

  get selected(): string[] { return this.range().ids; }

  select(at: Place | null, extent: Place | null = null): void {
    const changed = at?.id !== this.active?.id;
    this.active = at;
    this.extent = extent;
    this.paint();
    if (changed) this.orders.moved(at);
  }

  /** Classes of cursor and range on what is in view. */
  private paint(): void {
    const { ids, fields } = this.range();
    const inIds = new Set(ids), inFields = new Set(fields);
    const one = ids.length * fields.length < 2 && this.active?.field !== "_id";
    this.body.removeAttribute("aria-activedescendant");
    for (const row of this.body.querySelectorAll<HTMLElement>(".tabulator-row[data-id]")) {
      const id = row.dataset.id as string;
      row.classList.toggle("pk-row-on", id === this.active?.id);
      for (const cell of row.children as Iterable<Element> & HTMLCollection) {
        const field = cell.getAttribute("tabulator-field") ?? "";
        const on = id === this.active?.id && field === this.active.field;
        cell.classList.toggle("pk-on", on);
        cell.classList.toggle("pk-in", !one && inIds.has(id) && (inFields.has(field) || (field === "_id" && this.active?.field === "_id")));
        if (on) { cell.id = this.name; this.body.setAttribute("aria-activedescendant", this.name); } else if (cell.id === this.name) cell.removeAttribute("id");
      }
    }
  }

  private home(): void {
    const id = this.order()[0];
    if (id) this.select({ id, field: this.fields[0] });
  }

  focus(): void { this.body.focus({ preventScroll: true }); }

  /** Go to a cell, bring it into view, flash its row if it is new. */
  async go(at: Place, flash = false): Promise<void> {
    const hidden = this.rows.has(at.id) && !this.order().includes(at.id);
    if (hidden) {
      for (let p = this.store.parent(at.id); p; p = this.store.parent(p)) this.shut.delete(p);
      this.words = "";
      this.refold();
      this.refilter();
    }
    this.flash = flash ? at.id : null;
    this.select(at);
    await this.bring(at);
    if (!flash) return;
    this.redraw(at.id);
    setTimeout(() => { this.flash = null; }, 400);
  }

  private async bring(at: Place): Promise<void> {
    const row = this.rows.get(at.id);
    if (!row || !this.order().includes(at.id)) return;
    if (!this.cellNode(at)) await this.table.scrollToRow(row, "center", true).catch(() => undefined);
    const cell = this.cellNode(at);
    if (!cell) return;
    const { holder } = this;
    const [c, v] = [cell.getBoundingClientRect(), holder.getBoundingClientRect()];
    if (c.top < v.top) holder.scrollTop -= v.top - c.top;
    else if (c.bottom > v.top + holder.clientHeight) holder.scrollTop += c.bottom - v.top - holder.clientHeight;
    if (!cell.classList.contains("tabulator-frozen")) {
      const edge = [...(cell.parentElement?.querySelectorAll(".tabulator-frozen") ?? [])].reduce((w, n) => w + (n as HTMLElement).offsetWidth, v.left);
      if (c.left < edge) holder.scrollLeft -= edge - c.left;
      else if (c.right > v.left + holder.clientWidth) holder.scrollLeft += c.right - v.left - holder.clientWidth;
    }
    if (this.table.getRows().length > 60) cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.paint();
    this.showTip(cell, at);
  }

  private step(dy: number, dx: number, expand = false): boolean {
    const from = (expand && this.extent) || this.active;
    if (!from) { this.home(); return true; }
    const ids = this.order(), { fields } = this;
    const y = Math.max(0, Math.min(ids.indexOf(from.id) + dy, ids.length - 1));
    const x = from.field === "_id" ? (dx > 0 ? 0 : -1) : Math.max(0, Math.min(fields.indexOf(from.field) + dx, fields.length - 1));
    const to = { id: ids[y], field: x < 0 ? "_id" : fields[x] };
    const stuck = to.id === from.id && to.field === from.field;
    if (stuck && dy > 0 && !expand) { this.orders.below(); return false; }
    if (expand) this.select(this.active, to); else this.select(to);
    void this.bring(to);
    return !stuck;
  }

  /** One cell on, row after row; false past the ends. */
  private tab(back: boolean): boolean {
    if (!this.active) return false;
    const ids = this.order(), { fields } = this;
    let y = ids.indexOf(this.active.id), x = fields.indexOf(this.active.field) + (back ? -1 : 1);
    if (x < 0) { y--; x = fields.length - 1; }
    if (x >= fields.length) { y++; x = 0; }
    if (y < 0 || y >= ids.length) return false;
    this.select({ id: ids[y], field: fields[x] });
    void this.bring({ id: ids[y], field: fields[x] });
    return true;
  }

  // ---- pointer ---------------------------------------------------------------------------------------------

  private at(e: Event): Place | null {
    const cell = (e.target as Element).closest?.(".tabulator-cell");
    const id = cell?.closest<HTMLElement>(".tabulator-row")?.dataset.id;
    return cell && id ? { id, field: cell.getAttribute("tabulator-field") ?? "_id" } : null;
  }

  private press(e: PointerEvent): void {
    const at = this.at(e);
    if (!at || e.button !== 0 || this.editing?.box.contains(e.target as Node)) return;
    const twist = (e.target as Element).closest<HTMLElement>("[data-twist]");
    if (this.editing) this.commit();
    if (twist) { e.preventDefault(); this.fold(twist.dataset.twist as string); return; }
    e.preventDefault();
    this.focus();
    if (e.shiftKey && this.active) { this.select(this.active, at); return; }
    this.select(at);
    const cell = this.cellNode(at);
    if (cell) this.showTip(cell, at);
    const drag = (move: PointerEvent): void => {
      const over = document.elementFromPoint(move.clientX, move.clientY);
      const to = over && this.body.contains(over) ? this.at({ target: over } as unknown as Event) : null;
      if (to && (to.id !== (this.extent ?? at).id || to.field !== (this.extent ?? at).field)) this.select(this.active, to);
    };
    document.addEventListener("pointermove", drag);
    document.addEventListener("pointerup", () => document.removeEventListener("pointermove", drag), { once: true });
  }

  private double(e: Event): void {
    const at = this.at(e);
    if (!at || (e.target as Element).closest("[data-twist]")) return;
    if (at.field === "_id") this.orders.open(at.id); else this.edit(at);
  }

  private pointed = "";
  private waiting = 0;

  /** Only a pointer that moved asks for a tip: not a row that was drawn anew under it. */
  private hover(e: PointerEvent): void {
    const where = `${e.clientX},${e.clientY}`;
    if (where === this.pointed) return;
    this.pointed = where;
    clearTimeout(this.waiting);
    const at = this.at(e);
    this.hideTip();
    if (!at || this.editing) return;
    this.waiting = window.setTimeout(() => {
      const cell = this.cellNode(at);
      if (cell && !this.editing) this.showTip(cell, at);
    }, 220);
  }

  private showTip(cell: HTMLElement, at: Place): void {
    const where = key(at.id, at.field);
    const problem = this.store.problems.get(where);
    const marks = this.store.marks.get(where) ?? [];
    const inner = cell.querySelector(".pk-c");
    const cut = inner && inner.scrollHeight > inner.clientHeight + 2 ? this.store.shown(at.id, at.field) : "";
    if (!problem && !marks.length && !cut) { this.hideTip(); return; }
    fill(this.tip, problem && h("p", { class: "pk-is-error" }, icon("error"), problem.sentence),
      ...marks.map((m) => h("p", { class: `pk-is-${m.severity}` }, icon(m.severity), m.sentence)), cut && h("p", {}, cut));
    place(this.tip, cell.getBoundingClientRect());
  }

  private hideTip(): void {
    clearTimeout(this.waiting);
    this.tip.remove();
  }

  // ---- editing ---------------------------------------------------------------------------------------------

  private editable(at: Place): Column | null {
    const column = this.store.column(at.field);
    return column && !column.readonly && !this.store.state.readonly ? column : null;
  }

  edit(at: Place, typed?: string): void {
    const column = this.editable(at);
    if (!column) return;
    this.commit();
    this.select(at);
    void this.bring(at).then(() => this.startEdit(at, column, typed));
  }

  private startEdit(at: Place, column: Column, typed?: string): void {
    if (this.editing || !this.cellNode(at)) return;
    const { store } = this;
    this.hideTip();
    const tags = column.kind === "refs" || column.kind === "texts";
    const made = control(column, () => store.optionsFor(column), true, () => { if (!tags) { this.commit(); this.focus(); } });
    const shown = store.shown(at.id, at.field);
    made.write(shown, shown === store.text(at.id, at.field) ? store.parts(at.id, column) : []);
    const box = h("div", { class: "pk-editor" }, made.el);
    made.input.setAttribute("aria-label", `${column.title} of ${store.name(at.id)}`);
    if (column.help) made.input.title = column.help;
    box.addEventListener("keydown", (e) => this.editKey(e));
    box.addEventListener("focusout", (e) => { if (!box.contains(e.relatedTarget as Node)) this.commit(); });
    for (const name of ["copy", "cut", "paste", "dblclick"]) box.addEventListener(name, (e) => e.stopPropagation());
    this.editing = { at, control: made, box, column, before: made.read().text };
    this.holder.append(box);
    this.anchor();
    made.focus(typed);
  }

  /** Keep the editor over its cell. */
  private anchor(): void {
    if (!this.editing) return;
    const { at, box, column } = this.editing;
    const cell = this.cellNode(at);
    if (!cell) return;
    const { holder } = this;
    const [c, v] = [cell.getBoundingClientRect(), holder.getBoundingClientRect()];
    const wide = column.kind === "long" ? 340 : column.kind === "refs" || column.kind === "texts" ? 260 : column.kind === "date" ? 138 : 0;
    const width = Math.min(Math.max(c.width + 1, wide), v.width - 4);
    const left = Math.max(0, Math.min(c.left - v.left, holder.clientWidth - width)) + holder.scrollLeft;
    Object.assign(box.style, { left: `${left}px`, top: `${c.top - v.top + holder.scrollTop}px`, width: `${width}px`, minHeight: `${c.height}px` });
  }

  private editKey(e: KeyboardEvent): void {
    e.stopPropagation();
    if (!this.editing || e.isComposing) return;
    const { control: made } = this.editing;
    if (made.key(e)) { e.preventDefault(); return; }
    const line = e.key === "Enter" && (e.altKey || (e.shiftKey && made.input instanceof HTMLTextAreaElement));
    if (line && made.input instanceof HTMLTextAreaElement) {
      e.preventDefault();
      made.input.setRangeText("\n", made.input.selectionStart, made.input.selectionEnd, "end");
      made.input.dispatchEvent(new Event("input"));
    } else if (e.key === "Enter" || e.key === "Tab") {
      e.preventDefault();
      this.commit();
      this.focus();
      if (e.key === "Tab") this.tab(e.shiftKey); else this.step(e.shiftKey ? -1 : 1, 0);
    } else if (e.key === "Escape") {
      e.preventDefault();
      this.cancel();
      this.focus();
    }
  }

  private stop(): Editing | null {
    const { editing } = this;
    this.editing = null;
    editing?.control.close();
    editing?.box.remove();
    return editing;
  }

  cancel(): void { this.stop(); }

  /** Send what was typed, if anything is different. */
  commit(): void {
    if (!this.editing) return;
    const { at, control: made, before } = this.editing;
    const typed = made.read();
    this.stop();
    if (typed.text !== before) this.orders.set(at, typed);
  }

  private clear(): void {
    const { ids, fields } = this.range();
    const open = fields.filter((f) => !this.store.column(f)?.readonly);
    if (!this.active || this.store.state.readonly || !open.length || this.active.field === "_id") return;
    if (ids.length === 1 && open.length === 1) { if (this.store.shown(ids[0], open[0])) this.orders.set({ id: ids[0], field: open[0] }, { text: "" }); }
    else this.orders.paste(ids, open, ids.map(() => open.map(() => "")));
  }

  // ---- keys and clipboard ----------------------------------------------------------------------------------

  private key(e: KeyboardEvent): void {
    if (e.isComposing || this.editing) return;
    this.hideTip();
    const used = this.command(e);
    if (used) { e.preventDefault(); e.stopPropagation(); }
  }

  private command(e: KeyboardEvent): boolean {
    const mod = e.ctrlKey || e.metaKey;
    const page = Math.max(1, Math.floor(this.holder.clientHeight / 34) - 1);
    const { active } = this;
    if (mod && !e.altKey) return this.shortcut(e);
    switch (e.key) {
      case "ArrowDown": this.step(1, 0, e.shiftKey); return true;
      case "ArrowUp": this.step(-1, 0, e.shiftKey); return true;
      case "ArrowLeft": if (e.altKey && active) { this.fold(active.id, true); return true; } this.step(0, -1, e.shiftKey); return true;
      case "ArrowRight": if (e.altKey && active) { this.fold(active.id, false); return true; } this.step(0, 1, e.shiftKey); return true;
      case "PageDown": this.step(page, 0, e.shiftKey); return true;
      case "PageUp": this.step(-page, 0, e.shiftKey); return true;
      case "Home": this.step(0, -1e6, e.shiftKey); return true;
      case "End": this.step(0, 1e6, e.shiftKey); return true;
      case "Tab": if (this.leaving) { this.leaving = false; return false; } return this.tab(e.shiftKey);
      case "Escape": this.leaving = true; this.hideTip(); if (active) this.select(active); return true;
      case "Enter": case "F2": if (active) { if (active.field === "_id" || (e.shiftKey && e.key === "Enter")) this.orders.open(active.id); else this.edit(active); } return true;
      case "Delete": case "Backspace": if (active?.field === "_id") this.orders.remove(this.selected); else this.clear(); return true;
      case " ": if (active && this.store.column(active.field)?.kind === "flag") { this.toggle(active); return true; } break;
    }
    if (e.key.length === 1 && !e.altKey && active) { if (active.field !== "_id") this.edit(active, e.key); return true; }
    return false;
  }

  private toggle(at: Place): void {
    const column = this.editable(at);
    if (!column) return;
    const [yes, no] = this.store.optionsFor(column);
    const next = this.store.shown(at.id, at.field).toLowerCase() === yes.label.toLowerCase() ? no : yes;
    this.orders.set(at, { text: next.label, picked: [next.value] });
  }

  private shortcut(e: KeyboardEvent): boolean {
    const name = e.key.toLowerCase();
    if (name === "z") { if (e.shiftKey) this.orders.redo(); else this.orders.undo(); return true; }
    if (name === "y") { this.orders.redo(); return true; }
    if (name === "a") {
      const ids = this.order();
      if (ids.length) this.select({ id: ids[0], field: this.fields[0] }, { id: ids[ids.length - 1], field: this.fields[this.fields.length - 1] });
      return true;
    }
    const far = this.order().length;
    if (name === "home") { this.step(-far, -1e6, e.shiftKey); return true; }
    if (name === "end") { this.step(far, 1e6, e.shiftKey); return true; }
    if (name === "arrowdown" || name === "arrowup") { this.step(name === "arrowdown" ? far : -far, 0, e.shiftKey); return true; }
    return false;
  }

  private copy(e: ClipboardEvent): void {
    const { ids, fields } = this.range();
    if (!ids.length || !e.clipboardData) return;
    e.preventDefault();
    e.clipboardData.setData("text/plain", formatCells(ids.map((id) => fields.map((f) => this.store.shown(id, f)))));
  }

  private pasted(e: ClipboardEvent): void {
    const text = e.clipboardData?.getData("text/plain");
    if (!text || !this.active || this.store.state.readonly) return;
    e.preventDefault();
    const { ids, fields } = this.range();
    let cells = parseCells(text);
    if (cells.length === 1 && cells[0].length === 1 && ids.length * fields.length > 1) cells = ids.map(() => fields.map(() => cells[0][0]));
    const first = this.active.field === "_id" ? 0 : this.fields.indexOf(fields[0]);
    const wide = Math.max(...cells.map((row) => row.length));
    const to = this.fields.slice(first, first + wide);
    const from = this.order().indexOf(ids[0]);
    const into = this.order().slice(from, from + cells.length);
    const kept = this.store.state.can_add === false ? cells.slice(0, into.length) : cells;
    this.orders.paste(into, to, kept.map((row) => to.map((_, i) => row[i] ?? "")));
  }

  destroy(): void {
    this.stop();
    this.hideTip();
    this.table.destroy();
  }
}

/** A list of columns to show, with a box for each. */
export function columnChooser(store: Store, shown: string[], change: (fields: string[]) => void): HTMLElement {
  const on = new Set(shown);
  const boxes = store.columns.map((column) => h("label", { class: "pk-check" },
    h("input", {
      type: "checkbox", checked: on.has(column.field), disabled: column.field === store.labelField,
      onchange: (e: Event) => {
        if ((e.target as HTMLInputElement).checked) on.add(column.field); else on.delete(column.field);
        change(store.columns.map((c) => c.field).filter((f) => on.has(f)));
      },
    }), h("span", {}, column.title)));
  const essential = store.columns.filter((c) => c.essential !== false).map((c) => c.field);
  return floating("pk-chooser", { role: "group", "aria-label": "Columns to show" }).appendChild(
    h("div", {}, ...boxes, button("Back to the essential ones", null, () => {
      boxes.forEach((box, i) => { (box.firstElementChild as HTMLInputElement).checked = essential.includes(store.columns[i].field); });
      on.clear();
      essential.forEach((f) => on.add(f));
      change(essential);
    }))).parentElement as HTMLElement;
}
