/** The controls a value is typed with; the grid, the drawer and the record form share them. */

import { button, fill, h, icon } from "./dom";
import type { Column, Option, Typed } from "./store";
import { same, Suggest } from "./suggest";

export interface Control {
  el: HTMLElement;
  input: HTMLElement;
  read(): Typed;
  write(text: string, parts: Option[]): void;
  /** Take the focus; `typed` replaces what is there, as in a spreadsheet. */
  focus(typed?: string): void;
  /** A key pressed inside; true if it was used up here. */
  key(e: KeyboardEvent): boolean;
  close(): void;
}

/** Grow a text box with its text. */
function grow(area: HTMLTextAreaElement): void {
  const fit = (): void => {
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight + 2, 320)}px`;
  };
  area.addEventListener("input", fit);
  requestAnimationFrame(fit);
}

function setCaret(input: HTMLInputElement | HTMLTextAreaElement, typed?: string): void {
  input.focus({ preventScroll: true });
  if (typed !== undefined) input.value = typed;
  input.setSelectionRange(input.value.length, input.value.length);
  if (typed !== undefined) input.dispatchEvent(new Event("input", { bubbles: true }));
}

const NUMERIC = new Set(["number", "money", "whole"]);

function textControl(column: Column, grid: boolean, changed: () => void): Control {
  const area = column.kind === "long" || column.kind === "text";
  const input = area
    ? h("textarea", { class: "pk-input", rows: column.kind === "long" && !grid ? 3 : 1, onchange: changed })
    : h("input", {
        class: "pk-input",
        type: "text",
        onchange: changed,
        autocomplete: "off",
        inputmode: NUMERIC.has(column.kind) ? "decimal" : undefined,
      });
  if (input instanceof HTMLTextAreaElement) grow(input);
  return {
    el: input,
    input,
    read: () => ({ text: input.value.trim() }),
    write: (text) => {
      input.value = text;
      if (area) input.dispatchEvent(new Event("input"));
    },
    focus: (typed) => setCaret(input, typed),
    key: () => false,
    close: () => undefined,
  };
}

function dateControl(grid: boolean, changed: () => void): Control {
  const input = h("input", {
    class: "pk-input",
    type: "text",
    onchange: changed,
    autocomplete: "off",
    placeholder: grid ? "" : "year-month-day",
  });
  const picker = h("input", { type: "date", class: "pk-picker", tabindex: -1, "aria-hidden": "true" });
  picker.addEventListener("change", () => {
    input.value = picker.value;
    input.focus();
    changed();
  });
  const pick = button(
    "",
    "date",
    () => {
      picker.value = /^\d{4}-\d{2}-\d{2}$/.test(input.value.trim()) ? input.value.trim() : "";
      picker.showPicker();
    },
    {
      class: "pk-btn pk-bare",
      "aria-label": "Pick a date",
      title: "Pick a date (Alt and arrow down)",
      tabindex: grid ? -1 : 0,
    },
  );
  pick.addEventListener("pointerdown", (e) => e.preventDefault());
  return {
    el: h("div", { class: "pk-with" }, input, picker, pick),
    input,
    read: () => ({ text: input.value.trim() }),
    write: (text) => {
      input.value = text;
    },
    focus: (typed) => setCaret(input, typed),
    key: (e) => {
      if (!e.altKey || e.key !== "ArrowDown") return false;
      pick.click();
      return true;
    },
    close: () => undefined,
  };
}

function selectControl(options: () => Option[], changed: () => void): Control {
  const input = h("select", { class: "pk-input", onchange: changed });
  return {
    el: input,
    input,
    read: () => ({
      text: input.selectedOptions[0]?.textContent ?? "",
      picked: input.value ? [input.value] : undefined,
    }),
    write: (text, parts) => {
      const known = options();
      const value = (known.find((o) => o.value === parts[0]?.value) ?? same(known, text))?.value ?? "";
      const list: Option[] = [{ value: "", label: "" }, ...known];
      if (text && !value) list.push({ value: text, label: text });
      fill(input, ...list.map((o) => h("option", { value: o.value, selected: o.value === (value || text) }, o.label)));
    },
    focus: () => input.focus({ preventScroll: true }),
    key: () => false,
    close: () => undefined,
  };
}

function comboControl(options: () => Option[], grid: boolean, changed: () => void): Control {
  const input = h("input", { class: "pk-input", type: "text", placeholder: grid ? "" : "Type to search" });
  let picked: Option | null = null;
  const suggest = new Suggest(
    input,
    options,
    (o) => {
      picked = o;
      input.value = o.label;
      changed();
    },
    true,
  );
  input.addEventListener("change", changed);
  const read = (): Typed => {
    const text = input.value.trim();
    const hit = picked && picked.label === text ? picked : same(options(), text);
    return hit ? { text: hit.label, picked: [hit.value] } : { text };
  };
  return {
    el: h("div", { class: "pk-with pk-combo" }, input, icon("down")),
    input,
    read,
    write: (text, parts) => {
      picked = parts[0] && parts[0].label === text ? parts[0] : null;
      input.value = text;
    },
    focus: (typed) => {
      setCaret(input, typed);
      if (typed === undefined) {
        input.select();
        if (grid) suggest.open("");
      }
    },
    key: (e) => suggest.key(e),
    close: () => suggest.close(),
  };
}

function tagControl(column: Column, options: () => Option[], changed: () => void): Control {
  const free = column.kind === "texts";
  const chosen: Option[] = [];
  const input = h("input", { class: "pk-input", type: "text", "aria-label": `Add to ${column.title}` });
  const list = h("ul", { class: "pk-tags-list", "aria-label": column.title });
  const el = h("div", { class: "pk-tags pk-input", role: "group", "aria-label": column.title }, list, input);
  const rest = (): Option[] => (free ? [] : options().filter((o) => !chosen.some((c) => c.value === o.value)));
  const draw = (): void => {
    input.placeholder = chosen.length ? "" : free ? "Type, then Enter" : "Type to search";
    fill(
      list,
      ...chosen.map((o, i) =>
        h(
          "li",
          { class: "pk-tag" },
          o.label,
          button("", "close", () => drop(i), {
            class: "pk-btn pk-bare",
            "aria-label": `Remove ${o.label}`,
            title: `Remove ${o.label}`,
          }),
        ),
      ),
    );
    list.hidden = !chosen.length;
  };
  const drop = (i: number): void => {
    chosen.splice(i, 1);
    draw();
    input.focus();
    changed();
  };
  const put = (o: Option): void => {
    if (!chosen.some((c) => c.value === o.value)) chosen.push(o);
    input.value = "";
    draw();
    changed();
  };
  const take = (): boolean => {
    const text = input.value.trim();
    if (!text) return false;
    put(same(rest(), text) ?? { value: free ? text : "", label: text });
    return true;
  };
  const suggest = new Suggest(input, rest, put, !free);
  el.addEventListener("pointerdown", (e) => {
    if (e.target === el || e.target === list) {
      e.preventDefault();
      input.focus();
    }
  });
  input.addEventListener("blur", () => take());
  return {
    el,
    input,
    read: () => {
      const all = input.value.trim()
        ? [...chosen, same(rest(), input.value) ?? { value: free ? input.value.trim() : "", label: input.value.trim() }]
        : chosen;
      const known = all.length > 0 && all.every((o) => o.value);
      return { text: all.map((o) => o.label).join("; "), picked: known ? all.map((o) => o.value) : undefined };
    },
    write: (text, parts) => {
      const labels = text
        .split(";")
        .map((t) => t.trim())
        .filter(Boolean);
      const known = options();
      chosen.splice(
        0,
        chosen.length,
        ...(parts.length ? parts : labels.map((label) => same(known, label) ?? { value: free ? label : "", label })),
      );
      draw();
    },
    focus: (typed) => {
      setCaret(input, typed ?? "");
      if (typed === undefined && !free) suggest.open("");
    },
    key: (e) => {
      const lit = suggest.lit;
      if (suggest.key(e) || (lit && e.key === "Enter")) return true;
      if (e.key === "Backspace" && !input.value && chosen.length) {
        drop(chosen.length - 1);
        return true;
      }
      return (e.key === "Enter" || e.key === ";" || (e.key === "," && free)) && take();
    },
    close: () => suggest.close(),
  };
}

/** The control for a column. `changed` is called when a value is complete, not at every key. */
export function control(column: Column, options: () => Option[], grid: boolean, changed: () => void): Control {
  switch (column.kind) {
    case "date":
      return dateControl(grid, changed);
    case "choice":
    case "flag":
      return grid ? comboControl(options, grid, changed) : selectControl(options, changed);
    case "ref":
    case "any_ref":
      return comboControl(options, grid, changed);
    case "refs":
    case "texts":
      return tagControl(column, options, changed);
    default:
      return textControl(column, grid, changed);
  }
}
