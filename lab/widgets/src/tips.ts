/** What is said about a cell when the cursor or the pointer rests on it: refused input, findings, text that is cut. */

import { fill, floating, h, icon, place } from "./dom";
import type { Place } from "./editor";
import { key, type Store } from "./store";

const REST = 220;

export class Tips {
  private readonly box = floating("pk-tip", { role: "tooltip" });
  private pointed = "";
  private timer = 0;

  constructor(private readonly store: Store) {}

  /** Only a pointer that moved asks for a tip: not a row that was drawn anew under it. */
  rest(e: PointerEvent, then: () => void): void {
    const where = `${e.clientX},${e.clientY}`;
    if (where === this.pointed) return;
    this.pointed = where;
    this.hide();
    this.timer = window.setTimeout(then, REST);
  }

  show(cell: HTMLElement, at: Place): void {
    const where = key(at.id, at.field);
    const problem = this.store.problems.get(where);
    const marks = this.store.marks.get(where) ?? [];
    const inner = cell.querySelector(".pk-c");
    const cut = inner && inner.scrollHeight > inner.clientHeight + 2 ? this.store.shown(at.id, at.field) : "";
    if (!problem && !marks.length && !cut) {
      this.hide();
      return;
    }
    fill(
      this.box,
      problem && h("p", { class: "pk-is-error" }, icon("error"), problem.sentence),
      ...marks.map((m) => h("p", { class: `pk-is-${m.severity}` }, icon(m.severity), m.sentence)),
      cut && h("p", {}, cut),
    );
    place(this.box, cell.getBoundingClientRect());
  }

  hide(): void {
    clearTimeout(this.timer);
    this.box.remove();
  }
}
