/** A list under an input that is searched by typing. */

import { fill, floating, h, place, uid } from "./dom";
import type { Option } from "./store";

const SHOWN = 60;
const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const folded = new WeakMap<Option, string>();
const fold = (o: Option): string => {
  let text = folded.get(o);
  if (text === undefined) folded.set(o, (text = plain(`${o.label} ${o.note ?? ""} ${o.value}`)));
  return text;
};

/** Options that hold every typed word, those that begin with it first. */
function matching(options: Option[], query: string): Option[] {
  const words = plain(query).split(/\s+/).filter(Boolean);
  if (!words.length) return options;
  const found = options.filter((o) => words.every((w) => fold(o).includes(w)));
  const first = (o: Option): number => (fold(o).startsWith(words[0]) ? 0 : 1);
  return found.sort((a, b) => first(a) - first(b));
}

/** The option with exactly this label. */
export const same = (options: Option[], text: string): Option | undefined =>
  options.find((o) => plain(o.label) === plain(text.trim()));

/** A list under an input: type to search, arrows, Enter. */
export class Suggest {
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
    for (const [name, value] of [
      ["role", "combobox"],
      ["aria-autocomplete", "list"],
      ["aria-expanded", "false"],
      ["aria-controls", this.id],
      ["autocomplete", "off"],
      ["spellcheck", "false"],
    ])
      input.setAttribute(name, value);
    input.addEventListener("input", () => this.open(input.value));
    input.addEventListener("click", () => this.box || this.open(""));
    input.addEventListener("blur", () => this.close());
  }

  /** True while a choice is lit, so that Enter takes it. */
  get lit(): boolean {
    return this.box !== null && this.at >= 0;
  }

  open(query: string): void {
    const options = this.source();
    if (!options.length && !this.strict) return;
    this.found = matching(options, query);
    this.at = query.trim() && this.found.length ? 0 : -1;
    this.box ??= floating("pk-list", {
      role: "listbox",
      id: this.id,
      "aria-label": this.input.getAttribute("aria-label") ?? "Choices",
    });
    const rest = this.found.length - SHOWN;
    fill(
      this.box,
      ...this.found.slice(0, SHOWN).map((o, i) => this.line(o, i)),
      rest > 0 && h("div", { class: "pk-list-more" }, `${rest} more: type to narrow`),
      !this.found.length &&
        this.strict &&
        h(
          "div",
          { class: "pk-list-more" },
          options.length ? "Nothing in the list has this name" : "The list is still empty",
        ),
    );
    if (!this.box.childNodes.length) {
      this.close();
      return;
    }
    place(this.box, this.input.getBoundingClientRect(), this.input.offsetWidth);
    this.input.setAttribute("aria-expanded", "true");
    this.light(this.at);
  }

  private line(o: Option, i: number): HTMLElement {
    const line = h(
      "div",
      { role: "option", id: `${this.id}-${i}`, class: "pk-list-item" },
      h("span", {}, o.label),
      o.note && h("span", { class: "pk-quiet" }, o.note),
    );
    line.addEventListener("pointerdown", (e) => {
      e.preventDefault();
      this.take(i);
    });
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
