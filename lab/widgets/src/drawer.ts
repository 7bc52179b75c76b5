/** The drawer beside a sheet: the selected row with all its fields. */

import { button, fill, h, uid } from "./dom";
import { RowForm, type Commit } from "./form";
import type { Store } from "./store";

export class Drawer {
  readonly el = h("aside", { class: "pk-drawer", hidden: true });
  id: string | null = null;
  private readonly form: RowForm;
  private readonly title = h("h4", { id: uid("pk-drawer") });

  /** `step` asks for the row above or below, `closed` is told when the person closes the drawer, `explain` asks what
   * is behind the row. */
  constructor(
    private readonly store: Store,
    commit: Commit,
    step: (by: number) => void,
    private readonly closed: () => void,
    explain: (id: string) => void,
  ) {
    this.form = new RowForm(store, commit);
    const bare = (iconName: string, name: string, title: string, f: () => void): HTMLElement =>
      button("", iconName, f, { class: "pk-btn pk-bare", "aria-label": name, title });
    this.el.setAttribute("aria-labelledby", this.title.id);
    this.el.addEventListener("keydown", (e) => {
      if (e.key === "Escape" && !(e.target as Element).matches("[aria-expanded=true]")) this.leave();
    });
    this.el.append(
      h(
        "div",
        { class: "pk-drawer-head" },
        this.title,
        button("Explain", null, () => this.id && explain(this.id), {
          class: "pk-btn pk-link",
          title: "What belongs to it, and how its figures come about",
        }),
        bare("up", "Row above", "Row above", () => step(-1)),
        bare("down", "Row below", "Row below", () => step(1)),
        bare("close", "Close the form", "Close (Escape)", () => this.leave()),
      ),
      this.form.el,
    );
  }

  private leave(): void {
    this.show(null);
    this.closed();
  }

  /** Show a row, or nothing; `take` moves the focus into the form. */
  show(id: string | null, take = false): void {
    const was = this.el.hidden;
    this.id = id !== null && this.store.rows.has(id) ? id : null;
    this.el.hidden = this.id === null;
    if (this.id === null) {
      this.form.close();
      return;
    }
    fill(this.title, h("span", { class: "pk-quiet" }, `${this.id} `), this.store.name(this.id));
    this.form.show(this.id);
    if (!was && !take) return;
    this.form.focus();
    this.el.scrollIntoView({ block: "nearest" });
  }

  /** Draw what changed. */
  refresh(): void {
    if (this.id !== null) this.show(this.id);
  }

  close(): void {
    this.form.close();
  }
}
