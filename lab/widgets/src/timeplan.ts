/** What the kernel said about work over time, and which of it is shown. No drawing here. */

import { Calendar } from "./timedays";
import type { Message } from "./wire";

/** A row with its computed dates; days are whole numbers. */
export interface Bar {
  id: string;
  name: string;
  level: number;
  start: number;
  finish: number;
  latest: number | null;
  deadline: number | null;
  slack: number;
  role: string;
  milestone: boolean;
  complete: number;
  state: string;
  says: string;
  fixed: string;
  owner: string;
  group: string;
}
type Link = [from: string, to: string, kind: string];

export const isWhole = (bar: Bar): boolean => bar.role === "whole";
export const isCritical = (bar: Bar): boolean => bar.role === "critical" && !bar.fixed;

export class TimePlan {
  state: Message = { op: "state" };
  calendar = new Calendar("1111100", []);
  bars = new Map<string, Bar>();
  ghost: Record<string, [number, number]> = {};
  /** Ids of the rows as shown, and where each stands. */
  shown: string[] = [];
  at = new Map<string, number>();
  readonly shut = new Set<string>();
  words = "";
  group = "";
  critical = false;
  private order: string[] = [];
  private parents = new Set<string>();
  private ties = new Map<string, Link[]>();

  load(state: Message): void {
    this.state = { ...state, names: {}, bars: {} };
    this.calendar = new Calendar(state.week, state.off);
    this.bars.clear();
    this.ghost = state.ghost ?? {};
    this.patch(state);
  }

  /** Take a patch in. */
  patch(patch: Message): void {
    const { state } = this;
    for (const name of ["undo", "redo", "saved", "names", "why", "said"]) if (name in patch) state[name] = patch[name];
    for (const id of (patch.removed ?? []) as string[]) this.bars.delete(id);
    if (patch.bars && state.why) this.bars.clear();
    for (const [id, cells] of Object.entries((patch.bars ?? {}) as Record<string, unknown[]>)) this.take(id, cells);
    if (patch.names) for (const bar of this.bars.values()) bar.name = state.names[bar.id] ?? bar.id;
    if (patch.links) this.tie(patch.links);
    if (patch.order) this.order = patch.order;
    this.look();
  }

  private take(id: string, cells: unknown[]): void {
    const bar = Object.fromEntries((this.state.columns as string[]).map((name, i) => [name, cells[i]]));
    this.bars.set(id, { ...bar, id, name: this.state.names[id] ?? id, group: bar[this.state.group.column] } as Bar);
  }

  private tie(links: Link[]): void {
    this.ties.clear();
    for (const link of links)
      for (const id of link.slice(0, 2)) this.ties.set(id, [...(this.ties.get(id) ?? []), link]);
  }

  linksOf(id: string): Link[] {
    return this.ties.get(id) ?? [];
  }

  /** What a row, person or unit is called. */
  called(id: string | null): string {
    return id ? (this.state.names[id] ?? id) : "";
  }

  /** Groups that bars belong to, by name. */
  get groups(): [id: string, name: string][] {
    const ids = [...new Set([...this.bars.values()].map((bar) => bar.group).filter(Boolean))];
    return ids.map((id): [string, string] => [id, this.called(id)]).sort((a, b) => a[1].localeCompare(b[1]));
  }

  get filtered(): boolean {
    return Boolean(this.words.trim() || this.group || this.critical);
  }

  hasChildren(id: string): boolean {
    return this.parents.has(id);
  }

  /** Work out which rows are shown: those looked for with what they are part of, none below a folded row. */
  look(): void {
    const words = this.words.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = new Set<string>();
    const path: string[] = [];
    this.parents.clear();
    for (const id of this.order) {
      const bar = this.bars.get(id);
      if (!bar) continue;
      path.length = Math.min(path.length, bar.level);
      if (path.length) this.parents.add(path[path.length - 1]);
      if (this.filtered ? this.fits(bar, words) : !path.some((p) => this.shut.has(p)))
        for (const one of this.filtered ? [...path, id] : [id]) chosen.add(one);
      path[bar.level] = id;
    }
    this.shown = this.order.filter((id) => chosen.has(id));
    this.at = new Map(this.shown.map((id, i) => [id, i]));
  }

  private fits(bar: Bar, words: string[]): boolean {
    if (this.critical && !isCritical(bar)) return false;
    if (this.group && bar.group !== this.group) return false;
    const text = [bar.id, bar.name, this.called(bar.owner), bar.state].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  }

  fold(id: string, shut = !this.shut.has(id)): void {
    if (shut) this.shut.add(id);
    else this.shut.delete(id);
    this.look();
  }

  foldAll(shut: boolean): void {
    this.shut.clear();
    if (shut) for (const id of this.parents) this.shut.add(id);
    this.look();
  }

  /** The first and the last day anything is drawn at. */
  get span(): [first: number, last: number] {
    let [first, last] = [this.state.as_of as number, this.state.as_of as number];
    for (const bar of this.bars.values()) {
      first = Math.min(first, bar.start);
      last = Math.max(last, bar.finish, bar.deadline ?? bar.finish);
    }
    return [first, last];
  }
}
