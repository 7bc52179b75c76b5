/** Which rows of a table are shown: those that hold the words looked for, and none below a folded row. */

import type { Store } from "./store";

export class Folding {
  private readonly shut = new Set<string>();
  private words: string[] = [];
  /** Ids to show; null shows all. */
  visible: Set<string> | null = null;
  private order: string[] = [];
  private at = new Map<string, number>();

  constructor(private readonly store: Store) {}

  look(words: string): void {
    this.words = words.toLowerCase().split(/\s+/).filter(Boolean);
    this.refresh();
  }

  isShut(id: string): boolean {
    return this.shut.has(id);
  }

  fold(id: string, shut = !this.shut.has(id)): void {
    if (shut) this.shut.add(id);
    else this.shut.delete(id);
    this.refresh();
  }

  /** Unfold and forget the words so that this row is shown; returns the rows above it. */
  reveal(id: string): string[] {
    const above: string[] = [];
    for (let p = this.store.parent(id); p; p = this.store.parent(p)) above.push(p);
    for (const p of above) this.shut.delete(p);
    this.words = [];
    this.refresh();
    return above;
  }

  hasChildren(id: string): boolean {
    const { order } = this.store;
    if (this.order !== order || this.at.size !== order.length) {
      this.order = order;
      this.at = new Map(order.map((one, i) => [one, i]));
    }
    const next = order[(this.at.get(id) ?? -2) + 1];
    return next !== undefined && this.store.level(next) > this.store.level(id);
  }

  refresh(): void {
    const { store, words } = this;
    if (!words.length && !this.shut.size) {
      this.visible = null;
      return;
    }
    const visible = (this.visible = new Set<string>());
    const path: string[] = [];
    for (const id of store.order) {
      const level = store.level(id);
      path.length = Math.min(path.length, level);
      if (words.length ? this.holds(id) : !path.some((p) => this.shut.has(p))) {
        visible.add(id);
        if (words.length) path.forEach((p) => visible.add(p));
      }
      path[level] = id;
    }
  }

  private holds(id: string): boolean {
    const { store } = this;
    const text = [id, ...store.columns.map((c) => store.shown(id, c.field))].join(" ").toLowerCase();
    return this.words.every((w) => text.includes(w));
  }
}
