/** What the kernel said about a table: rows, columns, refused input, findings. No drawing here. */

import type { Message } from "./wire";

export type Kind =
  "text" | "long" | "date" | "number" | "money" | "whole" | "flag" | "choice" | "ref" | "any_ref" | "refs" | "texts";

export interface Column {
  field: string;
  title: string;
  help?: string;
  kind: Kind;
  uom?: string;
  choices?: [string, string][];
  to?: string[];
  needed?: boolean;
  essential?: boolean;
  readonly?: boolean;
  width?: number;
  frozen?: boolean;
}

/** A cell is its text, or text and value where they differ (choices, references). */
export type Cell = string | { t: string; v?: unknown };
export interface Row {
  id: string;
  level?: number;
  readonly?: boolean;
  cells: Record<string, Cell>;
}
export interface Problem {
  id: string;
  field: string;
  typed: string;
  sentence: string;
}
export interface Mark {
  id: string;
  field: string;
  severity: "error" | "warning" | "note";
  sentence: string;
}
export interface Option {
  value: string;
  label: string;
  note?: string;
}
/** What a person typed; `picked` only if every part of it was chosen from a list. */
export interface Typed {
  text: string;
  picked?: string[];
}

export const key = (id: string, field: string): string => `${id}\u0000${field}`;

export class Store {
  state: Message = { op: "state" };
  columns: Column[] = [];
  rows = new Map<string, Row>();
  order: string[] = [];
  problems = new Map<string, Problem>();
  marks = new Map<string, Mark[]>();
  /** Typed, sent, not answered yet. */
  readonly pending = new Map<string, string>();
  /** Refused for a reason the kernel keeps no record of; shown until the cell is changed again. */
  private readonly refused = new Map<string, Problem>();
  private lists = new Map<string, Option[]>();

  load(state: Message): void {
    this.state = state;
    this.columns = state.columns ?? [];
    this.rows = new Map((state.rows ?? []).map((row: Row) => [row.id, row]));
    this.order = [...this.rows.keys()];
    this.setNotes(state);
    this.lists.clear();
  }

  /** Take a patch in; tells which rows look different now and whether their sequence changed. */
  patch(patch: Message): { touched: Set<string>; moved: boolean } {
    const touched = new Set<string>();
    let moved = false;
    for (const row of (patch.rows ?? []) as Row[]) {
      const old = this.rows.get(row.id);
      if (!old) {
        this.order.push(row.id);
        moved = true;
      } else if ((old.level ?? 0) !== (row.level ?? 0)) moved = true;
      this.rows.set(row.id, row);
      if (!old || JSON.stringify(old.cells) !== JSON.stringify(row.cells)) touched.add(row.id);
    }
    for (const id of (patch.removed ?? []) as string[]) moved = this.rows.delete(id) || moved;
    if (patch.order) {
      const next = (patch.order as string[]).filter((id) => this.rows.has(id));
      moved ||= next.length !== this.order.length || next.some((id, i) => id !== this.order[i]);
      this.order = next;
    } else if (moved) {
      this.order = this.order.filter((id) => this.rows.has(id));
    }
    for (const id of this.setNotes(patch)) touched.add(id);
    if (patch.options) {
      this.state.options = { ...this.state.options, ...patch.options };
      this.lists.clear();
    }
    for (const name of ["undo", "redo", "saved", "people_here", "empty"])
      if (name in patch) this.state[name] = patch[name];
    return { touched, moved };
  }

  /** Take refused input and findings in; returns the rows where they differ. */
  private setNotes(from: Message): Set<string> {
    const notes = (): Map<string, string> => {
      const found = new Map<string, string>();
      for (const one of [...this.problems.values(), ...[...this.marks.values()].flat()])
        found.set(one.id, (found.get(one.id) ?? "") + JSON.stringify(one));
      return found;
    };
    const before = notes();
    if (from.problems) {
      this.problems = new Map((from.problems as Problem[]).map((p) => [key(p.id, p.field), p]));
      for (const [at, one] of this.refused)
        if (this.rows.has(one.id) && !this.problems.has(at)) this.problems.set(at, one);
    }
    if (from.marks) {
      this.marks = new Map();
      for (const mark of from.marks as Mark[]) {
        const at = key(mark.id, mark.field);
        this.marks.set(at, [...(this.marks.get(at) ?? []), mark]);
      }
    }
    const after = notes();
    return new Set([...before.keys(), ...after.keys()].filter((id) => before.get(id) !== after.get(id)));
  }

  /** Show what was typed until the kernel has answered. */
  expect({ id, field }: { id: string; field: string }, text: string): void {
    const at = key(id, field);
    this.pending.set(at, text);
    if (this.refused.delete(at)) this.problems.delete(at);
  }

  /** The kernel has answered; a sentence says why it could not take the text. */
  settle({ id, field }: { id: string; field: string }, text: string, sentence: string | null): void {
    const at = key(id, field);
    if (this.pending.get(at) === text) this.pending.delete(at);
    if (sentence === null) return;
    const problem = { id, field, typed: text, sentence };
    this.refused.set(at, problem);
    this.problems.set(at, problem);
  }

  column(field: string): Column | undefined {
    return this.columns.find((c) => c.field === field);
  }

  get labelField(): string {
    return this.state.label ?? this.columns[0]?.field ?? "";
  }

  /** The text as stored. */
  text(id: string, field: string): string {
    const cell = this.rows.get(id)?.cells[field];
    return cell === undefined || cell === null ? "" : typeof cell === "string" ? cell : (cell.t ?? "");
  }

  /** The text as shown: what was typed wins until the kernel has answered or while it is refused. */
  shown(id: string, field: string): string {
    const at = key(id, field);
    return this.pending.get(at) ?? this.problems.get(at)?.typed ?? this.text(id, field);
  }

  raw(id: string, field: string): unknown {
    const cell = this.rows.get(id)?.cells[field];
    return cell && typeof cell === "object" && "v" in cell ? cell.v : this.text(id, field);
  }

  /** Values of a cell that can hold several, or one, as [value, label] pairs. */
  parts(id: string, column: Column): Option[] {
    const raw = this.raw(id, column.field);
    const several = column.kind === "refs" || column.kind === "texts";
    const list = Array.isArray(raw)
      ? raw
      : raw === null || raw === undefined
        ? []
        : several
          ? String(raw).split(";")
          : [raw];
    const values = list.map((one) => String(one).trim()).filter(Boolean);
    if (column.kind === "texts") return values.map((value) => ({ value, label: value }));
    const known = new Map(this.optionsFor(column).map((o) => [o.value, o.label]));
    return values.map((value) => ({ value, label: known.get(value) ?? value }));
  }

  optionsFor(column: Column): Option[] {
    const at = column.kind === "choice" || column.kind === "flag" ? `=${column.field}` : (column.to ?? []).join("|");
    let list = this.lists.get(at);
    if (!list) this.lists.set(at, (list = this.buildOptions(column)));
    return list;
  }

  private buildOptions(column: Column): Option[] {
    if (column.kind === "flag" && !column.choices?.length)
      return [
        { value: "yes", label: "Yes" },
        { value: "no", label: "No" },
      ];
    if (column.choices?.length) return column.choices.map(([value, label]) => ({ value: String(value), label }));
    const tables = column.to ?? [];
    const list = tables.flatMap((table) =>
      ((this.state.options?.[table] ?? []) as [string, string][]).map(([value, label]) => ({
        value,
        label,
        note: tables.length > 1 ? table.replaceAll("_", " ") : undefined,
      })),
    );
    const times = new Map<string, number>();
    for (const { label } of list) times.set(label, (times.get(label) ?? 0) + 1);
    return list.map((o) =>
      (times.get(o.label) ?? 0) > 1 ? { ...o, note: [o.value, o.note].filter(Boolean).join(", ") } : o,
    );
  }

  level(id: string): number {
    return this.rows.get(id)?.level ?? 0;
  }

  /** The row above in the tree, or null. */
  parent(id: string): string | null {
    const level = this.level(id);
    for (let i = this.order.indexOf(id) - 1; level > 0 && i >= 0; i--)
      if (this.level(this.order[i]) < level) return this.order[i];
    return null;
  }

  /** How the row is called in a sentence. */
  name(id: string): string {
    return this.text(id, this.labelField) || id;
  }
}
