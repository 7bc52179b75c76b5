/** The editor that floats over one cell of the sheet while it is changed. */

import { control, type Control } from "./controls";
import { h } from "./dom";
import type { Column, Store, Typed } from "./store";

export interface Place {
  id: string;
  field: string;
}

const ROOM: Partial<Record<string, number>> = { long: 340, refs: 260, texts: 260, date: 138 };

/** How an edit ended: what was typed (null if nothing changed) and which way the cursor goes. */
export type Ended = (typed: Typed | null, dy: number, dx: number, stay: boolean) => void;

export class CellEditor {
  readonly box = h("div", { class: "pk-editor" });
  private readonly control: Control;
  private readonly before: string;
  /** What was stored when the edit began. */
  readonly seen: string;
  private open = true;

  constructor(
    store: Store,
    readonly at: Place,
    private readonly column: Column,
    private readonly ended: Ended,
  ) {
    const several = column.kind === "refs" || column.kind === "texts";
    this.control = control(
      column,
      () => store.optionsFor(column),
      true,
      () => {
        if (!several) this.end(true, 0, 0, true);
      },
    );
    const shown = store.shown(at.id, at.field);
    this.seen = store.text(at.id, at.field);
    this.control.write(shown, shown === this.seen ? store.parts(at.id, column) : []);
    this.before = this.control.read().text;
    const { input } = this.control;
    input.setAttribute("aria-label", `${column.title} of ${store.name(at.id)}`);
    if (column.help) input.title = column.help;
    this.box.append(this.control.el);
    this.box.addEventListener("keydown", (e) => this.key(e));
    this.box.addEventListener("focusout", (e) => {
      if (!this.box.contains(e.relatedTarget as Node)) this.end(true, 0, 0, false);
    });
    for (const name of ["copy", "cut", "paste", "dblclick"])
      this.box.addEventListener(name, (e) => e.stopPropagation());
  }

  /** Lie over the cell, wider where the kind of value needs it. */
  lie(cell: HTMLElement, holder: HTMLElement): void {
    const [c, v] = [cell.getBoundingClientRect(), holder.getBoundingClientRect()];
    const width = Math.min(Math.max(c.width + 1, ROOM[this.column.kind] ?? 0), v.width - 4);
    const left = Math.max(0, Math.min(c.left - v.left, holder.clientWidth - width)) + holder.scrollLeft;
    Object.assign(this.box.style, {
      left: `${left}px`,
      top: `${c.top - v.top + holder.scrollTop}px`,
      width: `${width}px`,
      minHeight: `${c.height}px`,
    });
  }

  focus(typed?: string): void {
    this.control.focus(typed);
  }

  /** Take the editor away; `keep` hands over what was typed. */
  end(keep: boolean, dy = 0, dx = 0, stay = true): void {
    if (!this.open) return;
    this.open = false;
    const typed = this.control.read();
    this.control.close();
    this.box.remove();
    this.ended(keep && typed.text !== this.before ? typed : null, dy, dx, stay);
  }

  private key(e: KeyboardEvent): void {
    e.stopPropagation();
    if (e.isComposing) return;
    const { input } = this.control;
    if (this.control.key(e)) {
      e.preventDefault();
      return;
    }
    if (e.key === "Enter" && input instanceof HTMLTextAreaElement && (e.altKey || e.shiftKey)) {
      e.preventDefault();
      input.setRangeText("\n", input.selectionStart, input.selectionEnd, "end");
      input.dispatchEvent(new Event("input"));
    } else if (e.key === "Enter" || e.key === "Tab" || e.key === "Escape") {
      e.preventDefault();
      const back = e.shiftKey ? -1 : 1;
      this.end(e.key !== "Escape", e.key === "Enter" ? back : 0, e.key === "Tab" ? back : 0);
    }
  }
}
