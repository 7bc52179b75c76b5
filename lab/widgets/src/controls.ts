/** The controls a value is typed with; the grid, the drawer and the record form share them. */

import { button, fill, floating, h, icon, place, uid } from "./dom";
import type { Column, Option, Typed } from "./store";

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

const SHOWN = 60;
const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const folded = new WeakMap<Option, string>();
const fold = (o: Option): string => {
  let text = folded.get(o);
  if (text === undefined) folded.set(o, (text = plain(`${o.label} ${o.note ?? ""} ${o.value}`)));
  return text;
};

/** Options that hold every typed word, those that begin with it first. */
export function matching(options: Option[], query: string): Option[] {
  const words = plain(query).split(/\s+/).filter(Boolean);
  if (!words.length) return options;
  const found = options.filter((o) => words.every((w) => fold(o).includes(w)));
  const first = (o: Option): number => (fold(o).startsWith(words[0]) ? 0 : 1);
  return found.sort((a, b) => first(a) - first(b));
}

const same = (options: Option[], text: string): Option | undefined =>
  options.find((o) => plain(o.label) === plain(text.trim()));

/** A list under an input: type to search, arrows, Enter. */
class Suggest {
  private box: HTMLDivElement | null = null;
  private found: Option[] = [];
  private at = -1;
  private readonly id = uid("pk-list");

  constructor(
    private readonly input: HTMLInputElement,
    private readonly source: () => Option[],
    private readonly choose: (o: Option) => void,
    private readonly strict: boolean,
  ) {
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", this.id], ["autocomplete", "off"], ["spellcheck", "false"]]) input.setAttribute(name, value);
    input.addEventListener("input", () => this.open(input.value));
    input.addEventListener("click", () => this.box || this.open(""));
    input.addEventListener("blur", () => this.close());
  }

  /** True while a choice is lit, so that Enter takes it. */
  get lit(): boolean { return this.box !== null && this.at >= 0; }

  open(query: string): void {
    const options = this.source();
    if (!options.length && !this.strict) return;
    this.found = matching(options, query);
    this.at = query.trim() && this.found.length ? 0 : -1;
    this.box ??= floating("pk-list", { role: "listbox", id: this.id, "aria-label": this.input.getAttribute("aria-label") ?? "Choices" });
    const rest = this.found.length - SHOWN;
    fill(this.box, ...this.found.slice(0, SHOWN).map((o, i) => this.line(o, i)),
      rest > 0 && h("div", { class: "pk-list-more" }, `${rest} more: type to narrow`),
      !this.found.length && this.strict && h("div", { class: "pk-list-more" }, options.length ? "Nothing in the list has this name" : "The list is still empty"));
    if (!this.box.childNodes.length) { this.close(); return; }
    place(this.box, this.input.getBoundingClientRect(), this.input.offsetWidth);
    this.input.setAttribute("aria-expanded", "true");
    this.light(this.at);
  }

  private line(o: Option, i: number): HTMLElement {
    const line = h("div", { role: "option", id: `${this.id}-${i}`, class: "pk-list-item" }, h("span", {}, o.label), o.note && h("span", { class: "pk-quiet" }, o.note));
    line.addEventListener("pointerdown", (e) => { e.preventDefault(); this.take(i); });
    return line;
  }

  private light(i: number): void {
    this.at = i;
    [...(this.box?.children ?? [])].forEach((line, j) => line.setAttribute("aria-selected", String(j === i)));
    if (i < 0) this.input.removeAttribute("aria-activedescendant");
    else {
      this.input.setAttribute("aria-activedescendant", `${this.id}-${i}`);
      this.box?.children[i]?.scrollIntoView({ block: "nearest" });
    }
  }

  private take(i: number): void {
    const o = this.found[i];
    this.close();
    if (o) this.choose(o);
  }

  /** Arrows move in the list, Enter and Tab take what is lit (and are not used up by it). */
  key(e: KeyboardEvent): boolean {
    if ((e.key === "ArrowDown" || e.key === "ArrowUp") && !e.ctrlKey && !e.metaKey) {
      if (!this.box) this.open("");
      else {
        const last = Math.min(this.found.length, SHOWN) - 1;
        this.light(e.key === "ArrowDown" ? Math.min(this.at + 1, last) : Math.max(this.at - 1, 0));
      }
      return true;
    }
    if ((e.key === "Enter" || e.key === "Tab") && this.box && this.at >= 0) this.take(this.at);
    return false;
  }

  close(): void {
    this.box?.remove();
    this.box = null;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
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
    : h("input", { class: "pk-input", type: "text", onchange: changed, autocomplete: "off", inputmode: NUMERIC.has(column.kind) ? "decimal" : undefined });
  if (input instanceof HTMLTextAreaElement) grow(input);
  return {
    el: input, input,
    read: () => ({ text: input.value.trim() }),
    write: (text) => { input.value = text; if (area) input.dispatchEvent(new Event("input")); },
    focus: (typed) => setCaret(input, typed),
    key: () => false,
    close: () => undefined,
  };
}

function dateControl(grid: boolean, changed: () => void): Control {
  const input = h("input", { class: "pk-input", type: "text", onchange: changed, autocomplete: "off", placeholder: grid ? "" : "year-month-day" });
  const picker = h("input", { type: "date", class: "pk-picker", tabindex: -1, "aria-hidden": "true" });
  picker.addEventListener("change", () => { input.value = picker.value; input.focus(); changed(); });
  const pick = button("", "date", () => {
    picker.value = /^\d{4}-\d{2}-\d{2}$/.test(input.value.trim()) ? input.value.trim() : "";
    picker.showPicker();
  }, { class: "pk-btn pk-bare", "aria-label": "Pick a date", title: "Pick a date (Alt and arrow down)", tabindex: grid ? -1 : 0 });
  pick.addEventListener("pointerdown", (e) => e.preventDefault());
  return {
    el: h("div", { class: "pk-with" }, input, picker, pick), input,
    read: () => ({ text: input.value.trim() }),
    write: (text) => { input.value = text; },
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
    el: input, input,
    read: () => ({ text: input.selectedOptions[0]?.textContent ?? "", picked: input.value ? [input.value] : undefined }),
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
  const suggest = new Suggest(input, options, (o) => { picked = o; input.value = o.label; changed(); }, true);
  input.addEventListener("change", changed);
  const read = (): Typed => {
    const text = input.value.trim();
    const hit = picked && picked.label === text ? picked : same(options(), text);
    return hit ? { text: hit.label, picked: [hit.value] } : { text };
  };
  return {
    el: h("div", { class: "pk-with pk-combo" }, input, icon("down")), input, read,
    write: (text, parts) => { picked = parts[0] && parts[0].label === text ? parts[0] : null; input.value = text; },
    focus: (typed) => {
      setCaret(input, typed);
      if (typed === undefined) { input.select(); if (grid) suggest.open(""); }
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
    fill(list, ...chosen.map((o, i) => h("li", { class: "pk-tag" }, o.label, button("", "close", () => drop(i), { class: "pk-btn pk-bare", "aria-label": `Remove ${o.label}`, title: `Remove ${o.label}` }))));
    list.hidden = !chosen.length;
  };
  const drop = (i: number): void => { chosen.splice(i, 1); draw(); input.focus(); changed(); };
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
  el.addEventListener("pointerdown", (e) => { if (e.target === el || e.target === list) { e.preventDefault(); input.focus(); } });
  input.addEventListener("blur", () => take());
  return {
    el, input,
    read: () => {
      const all = input.value.trim() ? [...chosen, same(rest(), input.value) ?? { value: free ? input.value.trim() : "", label: input.value.trim() }] : chosen;
      const known = all.length > 0 && all.every((o) => o.value);
      return { text: all.map((o) => o.label).join("; "), picked: known ? all.map((o) => o.value) : undefined };
    },
    write: (text, parts) => {
      const labels = text.split(";").map((t) => t.trim()).filter(Boolean);
      const known = options();
      chosen.splice(0, chosen.length, ...(parts.length ? parts : labels.map((label) => same(known, label) ?? { value: free ? label : "", label })));
      draw();
    },
    focus: (typed) => { setCaret(input, typed ?? ""); if (typed === undefined && !free) suggest.open(""); },
    key: (e) => {
      const lit = suggest.lit;
      if (suggest.key(e) || (lit && e.key === "Enter")) return true;
      if (e.key === "Backspace" && !input.value && chosen.length) { drop(chosen.length - 1); return true; }
      return (e.key === "Enter" || e.key === ";" || (e.key === "," && free)) && take();
    },
    close: () => suggest.close(),
  };
}

/** The control for a column. `changed` is called when a value is complete, not at every key. */
export function control(column: Column, options: () => Option[], grid: boolean, changed: () => void): Control {
  switch (column.kind) {
    case "date": return dateControl(grid, changed);
    case "choice": case "flag": return grid ? comboControl(options, grid, changed) : selectControl(options, changed);
    case "ref": case "any_ref": return comboControl(options, grid, changed);
    case "refs": case "texts": return tagControl(column, options, changed);
    default: return textControl(column, grid, changed);
  }
}
