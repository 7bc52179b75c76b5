/** The rows and columns of a sheet in Tabulator: kept in view, filtered, folded, sorted, drawn anew where they changed. */

import {
  FilterModule,
  FormatModule,
  FrozenColumnsModule,
  InteractionModule,
  ResizeColumnsModule,
  ResizeTableModule,
  SortModule,
  Tabulator,
} from "tabulator-tables";
import type { RowComponent } from "tabulator-tables";
import { Cells } from "./cells";
import { guard, h, uid } from "./dom";
import type { Place } from "./editor";
import { Folding } from "./fold";
import type { Store } from "./store";

Tabulator.registerModule([
  FilterModule,
  FormatModule,
  FrozenColumnsModule,
  InteractionModule,
  ResizeColumnsModule,
  ResizeTableModule,
  SortModule,
]);

const ONE_LINE_FROM = 1500;
const FEW = 200;

export class Rows {
  readonly body = h("div", { class: "pk-tabulator" });
  built = false;
  /** The row that is lit for a moment because it is new. */
  flash: string | null = null;
  private readonly table: Tabulator;
  private readonly folding: Folding;
  private readonly cells: Cells;
  private readonly known = new Map<string, RowComponent>();
  private shown: string[] | null = null;
  /** Rows whose values have changed since they were drawn: some change while the grid is still being built. */
  private readonly stale = new Set<string>();

  /** `drawn` is called after rows came into view, `scrolled` when they moved. */
  constructor(
    private readonly store: Store,
    fields: string[],
    private readonly drawn: () => void,
    scrolled: () => void,
  ) {
    this.folding = new Folding(store);
    this.cells = new Cells(store, this.folding);
    this.table = new Tabulator(this.body, {
      data: store.order.map((id) => ({ _id: id })),
      index: "_id",
      columns: this.cells.definitions(fields),
      layout: "fitColumns",
      maxHeight: "60vh",
      rowHeight: store.order.length > ONE_LINE_FROM ? 33 : undefined,
      headerSortTristate: true,
      columnHeaderSortMulti: false,
      placeholder: "",
      nestedFieldSeparator: false,
      columnDefaults: { headerWordWrap: true },
      rowFormatter: (row: RowComponent) => this.drawRow(row),
    } as ConstructorParameters<typeof Tabulator>[1]);
    this.table.on("tableBuilt", () => this.ready());
    this.table.on("dataSorted", (sorters) => this.sortedBy(sorters.length > 0));
    this.table.on("dataFiltered", () => (this.shown = null));
    this.table.on("scrollVertical", () => requestAnimationFrame(scrolled));
    this.table.on("scrollHorizontal", () => this.cue());
    this.table.on("renderComplete", () => {
      drawn();
      this.cue();
    });
  }

  /** The scrolled part is what has the focus: a grid whose header belongs to it. */
  private ready(): void {
    const { body, holder, store } = this;
    const head = body.querySelector(".tabulator-header") as HTMLElement;
    const sorts = store.state.fixed ? "" : " Alt with arrow up or down sorts,";
    const keys = `Arrows move, Enter edits, Shift and Enter opens the row,${sorts} Escape then Tab leaves.`;
    head.id = uid("pk-heads");
    body.setAttribute("role", "presentation");
    body.removeAttribute("aria-owns");
    guard(holder).tabIndex = 0;
    holder.setAttribute("role", store.state.tree ? "treegrid" : "grid");
    holder.setAttribute("aria-owns", head.id);
    holder.setAttribute("aria-label", `${store.state.title || store.state.nouns || "Table"}. ${keys}`);
    this.built = true;
    this.index();
    this.refilter();
    void this.refresh([], false);
  }

  get holder(): HTMLElement {
    return this.body.querySelector(".tabulator-tableholder") as HTMLElement;
  }

  /** A shade at the right edge while columns are hidden behind it. */
  private cue(): void {
    const { holder } = this;
    this.body.classList.toggle("pk-cut", holder.scrollWidth - holder.clientWidth - holder.scrollLeft > 8);
  }

  columns(fields: string[]): void {
    this.table.setColumns(this.cells.definitions(fields));
  }

  private index(): void {
    this.known.clear();
    for (const row of this.table.getRows()) this.known.set(row.getData()._id, row);
    this.shown = null;
  }

  has(id: string): boolean {
    return this.known.has(id);
  }

  /** Ids of the rows as shown: filtered, folded, sorted. */
  order(): string[] {
    return (this.shown ??= this.table.getRows("active").map((row) => row.getData()._id as string));
  }

  /** Draw some rows anew; with `moved` also take in which rows there are and in which order. */
  async refresh(ids: Iterable<string>, moved: boolean): Promise<void> {
    for (const id of ids) this.stale.add(id);
    if (!this.built) return;
    if (moved) await this.rearrange();
    for (const id of this.stale) {
      const row = this.known.get(id);
      if (row?.getElement().isConnected) this.repaint(row);
      else row?.reformat(); // drawn when it comes into view
    }
    this.stale.clear();
    this.drawn();
  }

  private async rearrange(): Promise<void> {
    const { store, table, known } = this;
    const now = new Set(store.order);
    const gone = [...known.keys()].filter((id) => !now.has(id));
    const stay = [...known.keys()].filter((id) => now.has(id));
    const fresh = store.order.filter((id) => !known.has(id));
    const onlyAtEnd = stay.every((id, i) => id === store.order[i]);
    if (onlyAtEnd && gone.length < FEW / 10 && fresh.length < FEW) {
      for (const id of gone) await known.get(id)?.delete();
      if (fresh.length) await table.addData(fresh.map((id) => ({ _id: id })));
    } else {
      const { scrollTop, scrollLeft } = this.holder;
      await table.replaceData(store.order.map((id) => ({ _id: id })));
      this.holder.scrollTo(scrollLeft, scrollTop);
    }
    this.index();
    this.folding.refresh();
    this.refilter();
    if (store.state.tree) for (const id of stay) this.known.get(id)?.reformat();
  }

  // ---- filter, fold, sort ----------------------------------------------------------------------------------

  /** Show rows that hold all words, with the rows above them in the tree; returns how many. */
  filter(words: string): number {
    this.folding.look(words);
    this.refilter();
    return this.order().length;
  }

  private refilter(): void {
    if (!this.built) return;
    const { visible } = this.folding;
    if (visible) this.table.setFilter((data: { _id: string }) => visible.has(data._id));
    else this.table.clearFilter(false);
    this.shown = null;
    this.drawn();
  }

  fold(id: string, shut?: boolean): void {
    if (!this.folding.hasChildren(id)) return;
    this.folding.fold(id, shut);
    this.refilter();
    void this.refresh([id], false);
  }

  /** Show a row that is folded away or filtered out. */
  reveal(id: string): void {
    if (!this.known.has(id) || this.order().includes(id)) return;
    const above = this.folding.reveal(id);
    this.refilter();
    void this.refresh(above, false);
  }

  /** Sort by a column; the same again goes back to the order of the plan. */
  sort(field: string, dir: "asc" | "desc"): void {
    if (this.store.state.fixed) return;
    const [now] = this.table.getSorters();
    if (now?.field === field && now.dir === dir) this.table.clearSort();
    else this.table.setSort(field, dir);
  }

  /** A sorted tree is drawn flat. */
  private sortedBy(sorted: boolean): void {
    this.shown = null;
    if (sorted === this.cells.sorted) return;
    this.cells.sorted = sorted;
    if (this.store.state.tree) queueMicrotask(() => void this.refresh(this.known.keys(), false));
  }

  /** Draw the cells of a row in view where they are: the library passes over what it takes for hidden. */
  private repaint(row: RowComponent): void {
    const id = row.getData()._id as string;
    for (const node of row.getElement().querySelectorAll<HTMLElement>(".tabulator-cell")) {
      const column = this.store.column(node.getAttribute("tabulator-field") ?? "");
      if (column) node.replaceChildren(this.cells.draw(node, id, column));
    }
    this.drawRow(row);
    row.normalizeHeight();
  }

  private drawRow(row: RowComponent): void {
    const id = row.getData()._id as string;
    const node = row.getElement();
    node.dataset.id = id;
    node.classList.toggle("pk-flash", id === this.flash);
    node.classList.toggle("pk-total", Boolean(this.store.rows.get(id)?.readonly));
    if (!this.store.state.tree) return;
    node.setAttribute("aria-level", String(this.store.level(id) + 1));
    if (this.folding.hasChildren(id)) node.setAttribute("aria-expanded", String(!this.folding.isShut(id)));
    else node.removeAttribute("aria-expanded");
  }

  // ---- what is in view -------------------------------------------------------------------------------------

  get inView(): NodeListOf<HTMLElement> {
    return this.body.querySelectorAll<HTMLElement>(".tabulator-row[data-id]");
  }

  node({ id, field }: Place): HTMLElement | null {
    const row = [...this.inView].find((one) => one.dataset.id === id);
    return row?.querySelector(`.tabulator-cell[tabulator-field="${CSS.escape(field)}"]`) ?? null;
  }

  /** The cell a node lies in. */
  at(node: Element | null): Place | null {
    const cell = node?.closest?.(".tabulator-cell");
    const id = cell?.closest<HTMLElement>(".tabulator-row")?.dataset.id;
    return cell && id ? { id, field: cell.getAttribute("tabulator-field") ?? "_id" } : null;
  }

  /** Scroll until a cell is in view and return it. */
  async bring(at: Place): Promise<HTMLElement | null> {
    const row = this.known.get(at.id);
    if (!row || !this.order().includes(at.id)) return null;
    if (!this.node(at)) await this.table.scrollToRow(row, "center", true).catch(() => undefined);
    const cell = this.node(at);
    if (!cell) return null;
    const { holder } = this;
    const [c, v] = [cell.getBoundingClientRect(), holder.getBoundingClientRect()];
    if (c.top < v.top) holder.scrollTop -= v.top - c.top;
    else if (c.bottom > v.top + holder.clientHeight) holder.scrollTop += c.bottom - v.top - holder.clientHeight;
    if (!cell.classList.contains("tabulator-frozen")) {
      const frozen = [...(cell.parentElement?.querySelectorAll<HTMLElement>(".tabulator-frozen") ?? [])];
      const edge = frozen.reduce((left, one) => left + one.offsetWidth, v.left);
      if (c.left < edge) holder.scrollLeft -= edge - c.left;
      else if (c.right > v.left + holder.clientWidth) holder.scrollLeft += c.right - v.left - holder.clientWidth;
    }
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    return cell;
  }

  destroy(): void {
    this.table.destroy();
  }
}
