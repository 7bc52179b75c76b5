/** Which columns a table shows. */

import { button, floating, h } from "./dom";
import type { Store } from "./store";

/** A list of columns to show, with a box for each. */
export function columnChooser(store: Store, shown: string[], change: (fields: string[]) => void): HTMLElement {
  const on = new Set(shown);
  const boxes = store.columns.map((column) =>
    h(
      "label",
      { class: "pk-check" },
      h("input", {
        type: "checkbox",
        checked: on.has(column.field),
        disabled: column.field === store.labelField,
        onchange: (e: Event) => {
          if ((e.target as HTMLInputElement).checked) on.add(column.field);
          else on.delete(column.field);
          change(store.columns.map((c) => c.field).filter((f) => on.has(f)));
        },
      }),
      h("span", {}, column.title),
    ),
  );
  const essential = store.columns.filter((c) => c.essential !== false).map((c) => c.field);
  return floating("pk-chooser", { role: "group", "aria-label": "Columns to show" }).appendChild(
    h(
      "div",
      {},
      ...boxes,
      button("Back to the essential ones", null, () => {
        boxes.forEach((box, i) => {
          (box.firstElementChild as HTMLInputElement).checked = essential.includes(store.columns[i].field);
        });
        on.clear();
        essential.forEach((f) => on.add(f));
        change(essential);
      }),
    ),
  ).parentElement as HTMLElement;
}
