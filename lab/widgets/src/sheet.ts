/** The sheet: cursor, range, keys, pointer, editing, clipboard, over the rows that Tabulator keeps in view. */

import { fitted, formatCells, parseCells, spread } from "./clip";
import { h, uid } from "./dom";
import { CellEditor, type Place } from "./editor";
import { Rows } from "./rows";
import type { Column, Store, Typed } from "./store";
import { Tips } from "./tips";

export type { Place };

/** What the sheet asks its owner to do. */
export interface Orders {
  set(at: Place, typed: Typed, seen?: string): void;
  paste(ids: string[], fields: string[], cells: string[][]): void;
  undo(): void;
  redo(): void;
  remove(ids: string[]): void;
  open(id: string): void;
  below(): void;
  moved(at: Place | null): void;
}

const FAR = 1e6;

export class Sheet {
  readonly el = h("div", { class: "pk-sheet" });
  private extent: Place | null = null;
  private readonly rows: Rows;
  private readonly tips: Tips;
  private readonly name = uid("pk-cell");
  private editor: CellEditor | null = null;
  private leaving = false;

  constructor(
    private readonly store: Store,
    private fields: string[],
    private readonly orders: Orders,
    public active: Place | null = null,
  ) {
    this.tips = new Tips(store);
    this.rows = new Rows(
      store,
      fields,
      () => this.paint(),
      () => {
        this.tips.hide();
        this.paint();
      },
    );
    this.el.append(this.rows.body);
    this.listen();
  }

  private listen(): void {
    const { body } = this.rows;
    body.addEventListener("keydown", (e) => this.key(e));
    body.addEventListener("pointerdown", (e) => this.press(e));
    body.addEventListener("dblclick", (e) => this.double(e));
    body.addEventListener("pointerover", (e) => this.hover(e));
    body.addEventListener("pointerleave", () => this.tips.hide());
    body.addEventListener("copy", (e) => this.copy(e));
    body.addEventListener("cut", (e) => {
      this.copy(e);
      this.clear();
    });
    body.addEventListener("paste", (e) => this.paste(e));
    body.addEventListener("focusin", (e) => {
      if (e.target !== this.rows.holder) return;
      this.leaving = false;
      if (this.active) this.paint();
      else this.home();
    });
    body.addEventListener("focusout", () => this.tips.hide());
  }

  // ---- what the owner asks ---------------------------------------------------------------------------------

  /** Which columns are shown, in this order. */
  columns(fields: string[]): void {
    this.editor?.end(true);
    this.fields = fields;
    this.rows.columns(fields);
    if (this.active && !fields.includes(this.active.field)) this.select(null);
  }

  order(): string[] {
    return this.rows.order();
  }

  filter(words: string): number {
    return this.rows.filter(words);
  }

  /** Draw rows anew; with `moved` also which rows there are. The cursor stays where it was, or near. */
  async refresh(ids: Iterable<string>, moved: boolean): Promise<void> {
    const { active, editor, rows } = this;
    const where = active ? rows.order().indexOf(active.id) : 0;
    if (editor && !this.store.rows.has(editor.at.id)) editor.end(false);
    await rows.refresh(ids, moved);
    const cell = this.editor && rows.node(this.editor.at);
    if (cell) this.editor?.lie(cell, rows.holder);
    if (!moved || !this.active || rows.has(this.active.id)) return;
    const next = rows.order()[Math.min(Math.max(where, 0), rows.order().length - 1)];
    this.select(next ? { id: next, field: this.active.field } : null);
  }

  redraw(...ids: string[]): void {
    void this.rows.refresh(ids, false);
  }

  get selected(): string[] {
    return this.range().ids;
  }

  focus(): void {
    this.rows.holder?.focus({ preventScroll: true });
  }

  /** Go to a cell, bring it into view, flash its row if it is new. */
  async go(at: Place, flash = false): Promise<void> {
    const { rows } = this;
    rows.reveal(at.id);
    const to = this.fields.includes(at.field) ? at : { id: at.id, field: this.fields[0] };
    this.select(to);
    await this.bring(to);
    if (!flash) return;
    rows.flash = at.id;
    this.redraw(at.id);
    setTimeout(() => (rows.flash = null), 400);
  }

  // ---- cursor ----------------------------------------------------------------------------------------------

  private range(): { ids: string[]; fields: string[] } {
    const { active, fields } = this;
    if (!active) return { ids: [], fields: [] };
    const span = (list: string[], a: string, b: string): string[] => {
      const [i, j] = [list.indexOf(a), list.indexOf(b)].sort((x, y) => x - y);
      return i < 0 ? [a] : list.slice(i, j + 1);
    };
    const to = this.extent ?? active;
    const ids = span(this.order(), active.id, to.id);
    if (active.field === "_id") return { ids, fields };
    return { ids, fields: span(fields, active.field, to.field === "_id" ? active.field : to.field) };
  }

  select(at: Place | null, extent: Place | null = null): void {
    const changed = at?.id !== this.active?.id;
    this.active = at;
    this.extent = extent;
    this.paint();
    if (changed) this.orders.moved(at);
  }

  /** Classes of cursor and range on the rows in view. */
  private paint(): void {
    if (!this.rows?.built) return;
    const { active, name } = this;
    const { holder } = this.rows;
    const { ids, fields } = this.range();
    const whole = active?.field === "_id";
    const inIds = new Set(ids.length * fields.length > 1 || whole ? ids : []);
    const inFields = new Set(whole ? [...fields, "_id"] : fields);
    holder.removeAttribute("aria-activedescendant");
    for (const row of this.rows.inView) {
      const id = row.dataset.id as string;
      row.classList.toggle("pk-row-on", id === active?.id);
      for (const cell of Array.from(row.children)) {
        const field = cell.getAttribute("tabulator-field") ?? "";
        const on = id === active?.id && field === active.field;
        cell.classList.toggle("pk-on", on);
        cell.classList.toggle("pk-in", inIds.has(id) && inFields.has(field));
        if (on) {
          cell.id = name;
          holder.setAttribute("aria-activedescendant", name);
        } else if (cell.id === name) cell.removeAttribute("id");
      }
    }
  }

  private home(): void {
    const id = this.order()[0];
    if (id) this.select({ id, field: this.fields[0] });
  }

  private async bring(at: Place): Promise<void> {
    const cell = await this.rows.bring(at);
    if (!cell) return;
    this.paint();
    this.tips.show(cell, at);
  }

  private step(dy: number, dx: number, expand = false): void {
    const from = (expand && this.extent) || this.active;
    if (!from) {
      this.home();
      return;
    }
    const ids = this.order(),
      { fields } = this;
    const y = Math.max(0, Math.min(ids.indexOf(from.id) + dy, ids.length - 1));
    const x =
      from.field === "_id"
        ? dx > 0
          ? 0
          : -1
        : Math.max(0, Math.min(fields.indexOf(from.field) + dx, fields.length - 1));
    const to = { id: ids[y], field: x < 0 ? "_id" : fields[x] };
    if (dy > 0 && !expand && to.id === from.id) {
      this.orders.below();
      return;
    }
    if (expand) this.select(this.active, to);
    else this.select(to);
    void this.bring(to);
  }

  /** One cell on, row after row; false past the ends. */
  private tab(by: number): boolean {
    if (!this.active) return false;
    const ids = this.order(),
      { fields } = this;
    let y = ids.indexOf(this.active.id),
      x = fields.indexOf(this.active.field) + by;
    if (x < 0) {
      y--;
      x = fields.length - 1;
    }
    if (x >= fields.length) {
      y++;
      x = 0;
    }
    if (y < 0 || y >= ids.length) return false;
    const to = { id: ids[y], field: fields[x] };
    this.select(to);
    void this.bring(to);
    return true;
  }

  // ---- pointer ---------------------------------------------------------------------------------------------

  private press(e: PointerEvent): void {
    const target = e.target as Element;
    const at = this.rows.at(target);
    if (!at || e.button !== 0 || this.editor?.box.contains(target)) return;
    e.preventDefault();
    this.editor?.end(true);
    this.focus();
    const twist = target.closest<HTMLElement>("[data-twist]")?.dataset.twist;
    if (twist) {
      this.rows.fold(twist);
      return;
    }
    if (e.shiftKey && this.active) {
      this.select(this.active, at);
      return;
    }
    this.select(at);
    const cell = this.rows.node(at);
    if (cell) this.tips.show(cell, at);
    this.drag(at);
  }

  private drag(from: Place): void {
    const move = (e: PointerEvent): void => {
      const over = document.elementFromPoint(e.clientX, e.clientY);
      const to = over && this.rows.body.contains(over) ? this.rows.at(over) : null;
      const now = this.extent ?? from;
      if (to && (to.id !== now.id || to.field !== now.field)) this.select(this.active, to);
    };
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", () => document.removeEventListener("pointermove", move), { once: true });
  }

  private double(e: Event): void {
    const at = this.rows.at(e.target as Element);
    if (!at || (e.target as Element).closest("[data-twist]")) return;
    if (at.field === "_id") this.orders.open(at.id);
    else this.edit(at);
  }

  private hover(e: PointerEvent): void {
    this.tips.rest(e, () => {
      const at = this.rows.at(e.target as Element);
      const cell = at && !this.editor ? this.rows.node(at) : null;
      if (at && cell) this.tips.show(cell, at);
    });
  }

  // ---- editing ---------------------------------------------------------------------------------------------

  private editable(at: Place): Column | null {
    const column = this.store.column(at.field);
    const fixed = column?.readonly || this.store.state.readonly || this.store.rows.get(at.id)?.readonly;
    return column && !fixed ? column : null;
  }

  private edit(at: Place, typed?: string): void {
    const column = this.editable(at);
    if (!column) return;
    this.editor?.end(true);
    this.select(at);
    const cell = this.rows.node(at);
    if (cell) this.startEdit(cell, at, column, typed);
    else
      void this.bring(at).then(() => {
        const late = this.rows.node(at);
        if (late) this.startEdit(late, at, column, typed);
      });
  }

  private startEdit(cell: HTMLElement, at: Place, column: Column, typed?: string): void {
    this.tips.hide();
    const editor = (this.editor = new CellEditor(this.store, at, column, (text, dy, dx, stay) => {
      this.editor = null;
      if (stay) this.focus();
      if (text) this.orders.set(at, text, editor.seen);
      if (dy) this.step(dy, 0);
      if (dx) this.tab(dx);
    }));
    this.rows.holder.append(editor.box);
    editor.lie(cell, this.rows.holder);
    editor.focus(typed);
  }

  private clear(): void {
    const { ids, fields } = this.range();
    const open = fields.filter((f) => !this.store.column(f)?.readonly);
    if (!this.active || this.active.field === "_id" || this.store.state.readonly || !open.length) return;
    if (ids.length > 1 || open.length > 1)
      this.orders.paste(
        ids,
        open,
        ids.map(() => open.map(() => "")),
      );
    else if (this.store.shown(ids[0], open[0])) this.orders.set({ id: ids[0], field: open[0] }, { text: "" });
  }

  private toggle(at: Place): void {
    const column = this.editable(at);
    if (!column) return;
    const [yes, no] = this.store.optionsFor(column);
    const next = this.store.shown(at.id, at.field).toLowerCase() === yes.label.toLowerCase() ? no : yes;
    this.orders.set(at, { text: next.label, picked: [next.value] });
  }

  // ---- keys and clipboard ----------------------------------------------------------------------------------

  private key(e: KeyboardEvent): void {
    if (e.isComposing || this.editor) return;
    this.tips.hide();
    const used = e.ctrlKey || e.metaKey ? this.shortcut(e) : this.command(e);
    if (used) {
      e.preventDefault();
      e.stopPropagation();
    }
  }

  private command(e: KeyboardEvent): boolean {
    const { active } = this;
    const page = Math.max(1, Math.floor(this.rows.holder.clientHeight / 34) - 1);
    const moves: Record<string, [number, number]> = {
      ArrowDown: [1, 0],
      ArrowUp: [-1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
      PageDown: [page, 0],
      PageUp: [-page, 0],
      Home: [0, -FAR],
      End: [0, FAR],
    };
    if (e.altKey) return this.withAlt(e.key);
    if (e.key in moves) {
      this.step(...moves[e.key], e.shiftKey);
      return true;
    }
    switch (e.key) {
      case "Tab":
        return !this.leaving && this.tab(e.shiftKey ? -1 : 1);
      case "Escape":
        this.leaving = true;
        if (active) this.select(active);
        return true;
      case "Enter":
      case "F2":
        this.enter(e.shiftKey);
        return true;
      case "Delete":
      case "Backspace":
        if (active?.field === "_id") this.orders.remove(this.selected);
        else this.clear();
        return true;
    }
    if (!active || e.key.length !== 1) return false;
    if (e.key === " " && this.store.column(active.field)?.kind === "flag") this.toggle(active);
    else if (active.field !== "_id") this.edit(active, e.key);
    return true;
  }

  private enter(shift: boolean): void {
    if (!this.active) return;
    if (shift || this.active.field === "_id") this.orders.open(this.active.id);
    else this.edit(this.active);
  }

  private withAlt(name: string): boolean {
    const { active } = this;
    if (!active) return false;
    if (name === "ArrowUp" || name === "ArrowDown") {
      if (active.field !== "_id") this.rows.sort(active.field, name === "ArrowUp" ? "asc" : "desc");
    } else if (name === "ArrowLeft" || name === "ArrowRight") this.rows.fold(active.id, name === "ArrowLeft");
    else return false;
    return true;
  }

  private shortcut(e: KeyboardEvent): boolean {
    const ids = this.order(),
      { fields } = this;
    switch (e.key.toLowerCase()) {
      case "z":
        if (e.shiftKey) this.orders.redo();
        else this.orders.undo();
        return true;
      case "y":
        this.orders.redo();
        return true;
      case "a":
        if (ids.length)
          this.select({ id: ids[0], field: fields[0] }, { id: ids[ids.length - 1], field: fields[fields.length - 1] });
        return true;
      case "home":
        this.step(-FAR, -FAR, e.shiftKey);
        return true;
      case "end":
        this.step(ids.length - 1 - ids.indexOf(this.active?.id ?? ""), FAR, e.shiftKey);
        return true;
      case "arrowup":
        this.step(-FAR, 0, e.shiftKey);
        return true;
      case "arrowdown":
        this.step(ids.length - 1 - ids.indexOf(this.active?.id ?? ""), 0, e.shiftKey);
        return true;
    }
    return false;
  }

  private copy(e: ClipboardEvent): void {
    const { ids, fields } = this.range();
    if (!ids.length || !e.clipboardData) return;
    e.preventDefault();
    e.clipboardData.setData("text/plain", formatCells(ids.map((id) => fields.map((f) => this.store.shown(id, f)))));
  }

  private paste(e: ClipboardEvent): void {
    const text = e.clipboardData?.getData("text/plain");
    if (!text || !this.active || this.store.state.readonly) return;
    e.preventDefault();
    const { ids, fields } = this.range();
    const cells = spread(parseCells(text), ids.length, fields.length);
    const first = this.active.field === "_id" ? 0 : this.fields.indexOf(fields[0]);
    const from = this.order().indexOf(ids[0]);
    const into = this.order().slice(from, from + cells.length);
    if (this.store.state.fixed) {
      this.orders.paste(this.order().slice(from), this.fields.slice(first), cells);
      return;
    }
    const kept = this.store.state.can_add === false ? cells.slice(0, into.length) : cells;
    this.orders.paste(into, ...fitted(kept, this.fields.slice(first)));
  }

  destroy(): void {
    this.editor?.end(true, 0, 0, false);
    this.tips.hide();
    this.rows.destroy();
  }
}
