/** One row as a form: labels above, help below, every field saved by itself. */

import { fill, h, icon, uid } from "./dom";
import { control, type Control } from "./controls";
import { key, type Column, type Store, type Typed } from "./store";

export type Commit = (id: string | null, column: Column, typed: Typed, seen: string) => void;

interface Field {
  column: Column;
  control: Control;
  box: HTMLElement;
  note: HTMLElement;
  shown: string;
  /** What was stored when it was drawn. */
  seen: string;
}

const WIDE = new Set(["long", "refs", "texts"]);

export class RowForm {
  readonly el = h("div", { class: "pk-form" });
  readonly summary = h("p", { class: "pk-form-sum", role: "status" });
  private fields = new Map<string, Field>();
  private id: string | null = null;

  constructor(
    private readonly store: Store,
    private readonly commit: Commit,
  ) {
    this.build();
  }

  /** Draw the fields anew: the columns are other ones now. */
  build(): void {
    const { columns } = this.store;
    this.fields.clear();
    const first = columns.filter((c) => c.essential !== false);
    const more = columns.filter((c) => c.essential === false);
    const grid = (some: Column[]): HTMLElement =>
      h("div", { class: "pk-form-grid" }, ...some.map((c) => this.field(c)));
    const top = grid(first);
    const rest = more.length
      ? h("details", { class: "pk-more" }, h("summary", {}, icon("right"), `More fields (${more.length})`), grid(more))
      : null;
    fill(this.el, this.summary, top, rest);
  }

  private field(column: Column): HTMLElement {
    const label = uid("pk-f"),
      help = uid("pk-h"),
      note = uid("pk-n");
    const made = control(
      column,
      () => this.store.optionsFor(column),
      false,
      () => this.save(column.field),
    );
    const { input } = made;
    input.id = uid("pk-i");
    if (input.getAttribute("role") !== "combobox" || column.kind !== "texts")
      input.setAttribute("aria-labelledby", label);
    input.setAttribute("aria-describedby", `${help} ${note}`);
    if (column.readonly) {
      input.setAttribute("readonly", "");
      if (input instanceof HTMLSelectElement) input.disabled = true;
    }
    input.addEventListener("keydown", (e) => {
      if (made.key(e)) {
        e.preventDefault();
        return;
      }
      if (e.key === "Enter" && column.kind !== "long" && !e.isComposing) {
        e.preventDefault();
        this.save(column.field);
      }
      if (e.key === "Escape") this.draw(column.field, true);
    });
    const alert = h("p", { class: "pk-note", id: note, role: "alert" });
    const box = h(
      "div",
      { class: `pk-field${WIDE.has(column.kind) ? " pk-wide" : ""}` },
      h(
        "label",
        { id: label, for: input.id },
        column.title,
        column.uom && h("span", { class: "pk-quiet" }, ` (${column.uom})`),
        column.needed && h("span", { class: "pk-needed-tag" }, "needed"),
      ),
      made.el,
      column.help && h("p", { class: "pk-help", id: help }, column.help),
      alert,
    );
    this.fields.set(column.field, { column, control: made, box, note: alert, shown: "", seen: "" });
    return box;
  }

  private save(field: string): void {
    const f = this.fields.get(field);
    if (!f || f.column.readonly) return;
    const typed = f.control.read();
    if (typed.text === f.shown) return;
    f.shown = typed.text;
    this.commit(this.id, f.column, typed, f.seen);
  }

  /** Show a row; null is a row that is not there yet. */
  show(id: string | null): void {
    const other = id !== this.id;
    this.id = id;
    for (const field of this.fields.keys()) this.draw(field, other);
    const open = [...this.fields.values()].filter((f) => f.box.classList.contains("pk-bad")).length;
    const missing = [...this.fields.values()]
      .filter((f) => f.box.classList.contains("pk-miss"))
      .map((f) => f.column.title);
    this.summary.textContent = open
      ? `${open} ${open === 1 ? "field needs" : "fields need"} attention`
      : missing.length && id
        ? `Still needed: ${missing.join(", ")}`
        : "";
    this.summary.classList.toggle("pk-bad", open > 0);
    const more = this.el.querySelector("details");
    if (more && other)
      more.open = [...this.fields.values()].some(
        (f) => f.column.essential === false && (f.shown !== "" || f.box.classList.contains("pk-bad")),
      );
  }

  private draw(field: string, force: boolean): void {
    const f = this.fields.get(field);
    if (!f) return;
    const { store, id } = this;
    const shown = id ? store.shown(id, field) : "";
    const typing = f.box.contains(document.activeElement) && f.control.read().text !== f.shown;
    if (force || !typing) {
      if (force || f.control.read().text !== shown)
        f.control.write(shown, id && shown === store.text(id, field) ? store.parts(id, f.column) : []);
      f.shown = f.control.read().text;
      f.seen = id ? store.text(id, field) : "";
    }
    const problem = id ? store.problems.get(key(id, field)) : undefined;
    const marks = (id && store.marks.get(key(id, field))) || [];
    const sentence = problem?.sentence ?? marks.map((m) => m.sentence).join(" ");
    if (f.note.textContent !== sentence)
      fill(f.note, sentence && icon(problem ? "error" : marks[0].severity), sentence);
    f.note.className = `pk-note${problem ? " pk-is-error" : marks[0] ? ` pk-is-${marks[0].severity}` : ""}`;
    f.control.input.setAttribute("aria-invalid", String(Boolean(problem)));
    f.box.classList.toggle("pk-bad", Boolean(problem));
    f.box.classList.toggle("pk-miss", Boolean(f.column.needed && !shown && !f.column.readonly));
  }

  focus(field?: string): void {
    const f = field ? this.fields.get(field) : [...this.fields.values()].find((x) => !x.column.readonly);
    f?.control.focus();
  }

  close(): void {
    for (const f of this.fields.values()) f.control.close();
  }
}
