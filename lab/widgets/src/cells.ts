/** How columns and cells of the sheet look. */

import type { ColumnDefinition } from "tabulator-tables";
import { h, icon } from "./dom";
import type { Folding } from "./fold";
import { key, type Column, type Store } from "./store";

const WIDTHS: Record<string, [least: number, grow: number]> = {
  text: [150, 2],
  long: [220, 3],
  date: [112, 0],
  number: [96, 0],
  money: [112, 0],
  whole: [84, 0],
  flag: [76, 0],
  choice: [124, 1],
  ref: [140, 2],
  any_ref: [160, 2],
  refs: [160, 2],
  texts: [150, 2],
};
const RIGHT = new Set(["number", "money", "whole"]);

export class Cells {
  /** Set while the rows are sorted: the tree is flat then. */
  sorted = false;

  constructor(
    private readonly store: Store,
    private readonly folding: Folding,
  ) {}

  definitions(fields: string[]): ColumnDefinition[] {
    const number: ColumnDefinition = {
      title: "",
      field: "_id",
      width: 58,
      frozen: true,
      resizable: false,
      headerSort: false,
      cssClass: "pk-number",
      titleFormatter: () => h("span", { class: "pk-hidden" }, "Number"),
      formatter: (cell) => h("span", {}, String(cell.getValue())),
    };
    const columns = fields.map((field) => this.store.column(field)).filter((c): c is Column => Boolean(c));
    const defined = columns.map((c) => this.definition(c, c.field === fields[0]));
    return this.store.state.fixed ? defined : [number, ...defined];
  }

  private definition(column: Column, first: boolean): ColumnDefinition {
    const label = column.field === this.store.labelField;
    const [usual, growth] = WIDTHS[column.kind] ?? WIDTHS.text;
    const least = Math.max(usual, titleWidth(column));
    return {
      title: column.title,
      field: column.field,
      frozen: column.frozen ?? (label && first),
      headerSort: !this.store.state.fixed,
      minWidth: column.width ?? (label ? Math.max(240, least) : least),
      widthGrow: label && column.kind === "text" ? 4 : growth,
      width: (growth || label) && !column.width ? undefined : (column.width ?? least),
      cssClass: [RIGHT.has(column.kind) && "pk-right", label && "pk-label", column.readonly && "pk-readonly"]
        .filter(Boolean)
        .join(" "),
      titleFormatter: () => head(column),
      formatter: (cell) => this.draw(cell.getElement(), cell.getData()._id as string, column),
      sorter: (_a, _b, a, b) => this.compare(column, a.getData()._id, b.getData()._id),
    };
  }

  private compare(column: Column, a: string, b: string): number {
    if (RIGHT.has(column.kind)) {
      const [x, y] = [a, b]
        .map((id) => this.store.raw(id, column.field))
        .map((v) => (v === "" || v === null ? NaN : Number(v)));
      if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
    }
    const [s, t] = [a, b].map((id) => this.store.shown(id, column.field));
    return s === "" || t === "" ? Number(s === "") - Number(t === "") : COLLATE.compare(s, t);
  }

  /** Mark a cell and return what stands in it. */
  draw(node: HTMLElement, id: string, column: Column): HTMLElement {
    const { store } = this;
    const at = key(id, column.field);
    const problem = store.problems.get(at);
    const mark = store.marks.get(at)?.[0];
    for (const name of [...node.classList]) if (/^pk-(problem|pending|mark)/.test(name)) node.classList.remove(name);
    if (problem) node.classList.add("pk-problem");
    else if (mark) node.classList.add(`pk-mark-${mark.severity}`);
    if (store.pending.has(at)) node.classList.add("pk-pending");
    node.setAttribute("aria-invalid", String(Boolean(problem)));
    if (column.readonly) node.setAttribute("aria-readonly", "true");
    const said = problem?.sentence ?? mark?.sentence;
    if (said) node.setAttribute("aria-description", said);
    else node.removeAttribute("aria-description");
    return this.content(id, column, store.shown(id, column.field));
  }

  private content(id: string, column: Column, text: string): HTMLElement {
    const { store, folding } = this;
    const hint = !text && column.needed && !column.readonly && !store.state.readonly;
    const several = (column.kind === "refs" || column.kind === "texts") && text;
    const inner = h("div", { class: hint ? "pk-c pk-hint" : "pk-c" });
    if (several) inner.append(...text.split(";").map((part) => h("span", { class: "pk-tag" }, part.trim())));
    else inner.textContent = hint ? "needed" : text;
    if (!store.state.tree || column.field !== store.labelField || this.sorted) return inner;
    const twist = h("span", { class: "pk-twist" });
    if (folding.hasChildren(id)) {
      twist.dataset.twist = id;
      twist.append(icon(folding.isShut(id) ? "right" : "down"));
    }
    const line = h("div", { class: "pk-tree" }, twist, inner);
    line.style.paddingInlineStart = `${store.level(id) * 18}px`;
    return line;
  }
}

/** Room for the title on three lines, and for its longest word. */
function titleWidth(column: Column): number {
  const text = `${column.title} ${unit(column)}`;
  const longest = Math.max(...text.split(/[\s-]+/).map((word) => word.length));
  return Math.min(200, 40 + 8.6 * Math.max(longest, text.length / 3));
}

const COLLATE = new Intl.Collator(undefined, { numeric: true });

/** The unit of measure, unless the title is just that. */
const unit = ({ title, uom }: Column): string => (uom && uom.toLowerCase() !== title.toLowerCase() ? uom : "");

function head(column: Column): HTMLElement {
  const title = h("span", {}, column.title, unit(column) && h("span", { class: "pk-quiet" }, ` ${unit(column)}`));
  title.title = [
    column.help,
    column.needed && "Needed before the step is done.",
    column.readonly && "Worked out by the plan.",
  ]
    .filter(Boolean)
    .join(" ");
  return title;
}
