/** Small helpers to build pages out of nodes. Text from a plan only ever becomes text nodes. */

type Child = Node | string | null | undefined | false;
type Props = Record<string, unknown>;

let counter = 0;

/** A document-wide unique id, for labels and descriptions. */
export const uid = (stem = "pk"): string => `${stem}-${++counter}`;

/** JupyterLab's single-key commands (a, b, d d, x ...) look at the focused element itself for this mark. */
export function guard<T extends Element>(node: T): T {
  node.setAttribute("data-lm-suppress-shortcuts", "true");
  return node;
}

const FOCUSABLE = new Set(["button", "input", "select", "textarea", "summary"]);

function apply(node: Element, props: Props): void {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on") && typeof value === "function") {
      node.addEventListener(name.slice(2), value as EventListener);
    } else if (name === "value" || name === "checked" || name === "selected" || name === "disabled") {
      (node as unknown as Props)[name] = value;
    } else {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
}

/** An element: `h("button", {class: "x", onclick: f}, "text")`. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  apply(node, props);
  if (FOCUSABLE.has(tag) || "tabindex" in props) guard(node);
  if (tag === "button" && !("type" in props)) node.setAttribute("type", "button");
  node.append(...children.filter((c): c is Node | string => c !== null && c !== undefined && c !== false));
  return node;
}

const ICONS: Record<string, string> = {
  add: "M8 3v10M3 8h10",
  open: "M9 3h4v4M13 3L8 8M7 3.5H3.5v9h9V9",
  undo: "M5 3L2.5 5.5 5 8M3 5.5h6a4 4 0 010 8H6",
  redo: "M11 3l2.5 2.5L11 8M13 5.5H7a4 4 0 000 8h3",
  columns: "M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10",
  remove: "M3.5 4.5h9M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5",
  close: "M4 4l8 8M12 4l-8 8",
  search: "M7 11.5a4.5 4.5 0 100-9 4.5 4.5 0 000 9zM10.3 10.3l3.2 3.2",
  right: "M6 3.5L10.5 8 6 12.5",
  left: "M10 3.5L5.5 8 10 12.5",
  down: "M3.5 6L8 10.5 12.5 6",
  up: "M3.5 10L8 5.5l4.5 4.5",
  date: "M2.5 4h11v9.5h-11zM2.5 7h11M5.5 2.5V5M10.5 2.5V5",
  ok: "M3 8.5l3.2 3.2L13 4.8",
  error: "M8 2.2L14 13H2zM8 6v3.6M8 11.2v.6",
  warning: "M8 2.2L14 13H2zM8 6v3.6M8 11.2v.6",
  note: "M8 14A6 6 0 108 2a6 6 0 000 12zM8 7.2v4M8 4.8v.6",
  progress: "M8 14A6 6 0 108 2a6 6 0 000 12z",
  none: "M8 14A6 6 0 108 2a6 6 0 000 12z",
  play: "M5 3l8 5-8 5z",
  pause: "M5.5 3v10M10.5 3v10",
  again: "M13 8a5 5 0 11-1.6-3.7M13 2.5v3h-3",
  full: "M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3",
};

/** A line icon in the colour of the text; decoration only, so hidden from screen readers. */
export function icon(name: string): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  apply(svg, { viewBox: "0 0 16 16", class: `pk-icon pk-icon-${name}`, "aria-hidden": "true" });
  apply(path, { d: ICONS[name] ?? ICONS.none, fill: name === "play" ? "currentColor" : "none" });
  svg.append(path);
  if (name === "progress") {
    const half = path.cloneNode() as Element;
    apply(half, { d: "M8 2a6 6 0 010 12z", fill: "currentColor" });
    svg.append(half);
  }
  return svg;
}

/** A button with an icon; without a text the title is its name. */
export function button(
  text: string,
  iconName: string | null,
  onclick: (e: MouseEvent) => void,
  props: Props = {},
): HTMLButtonElement {
  return h("button", { class: "pk-btn", onclick, ...props }, iconName && icon(iconName), text && h("span", {}, text));
}

/** Replace the children of a node. */
export function fill(node: Element, ...children: Child[]): void {
  node.replaceChildren(...children.filter((c): c is Node | string => c !== null && c !== undefined && c !== false));
}

/** A floating box on the page itself: nothing in a notebook can cut it off. */
export function floating(className: string, props: Props = {}): HTMLDivElement {
  return h("div", { class: `pk pk-float ${className}`, ...props });
}

/** Put a floating box below its anchor, or above it where there is no room. */
export function place(box: HTMLElement, anchor: DOMRect, width?: number): void {
  if (!box.isConnected) document.body.append(box);
  if (width) box.style.minWidth = `${width}px`;
  box.style.maxHeight = "";
  const below = innerHeight - anchor.bottom - 12;
  const above = anchor.top - 12;
  const { offsetHeight: tall, offsetWidth: wide } = box;
  const up = tall > below && above > below;
  box.style.maxHeight = `${Math.max(96, up ? above : below)}px`;
  const height = Math.min(tall, up ? above : below);
  box.style.top = `${Math.max(8, up ? anchor.top - height - 4 : anchor.bottom + 4)}px`;
  box.style.left = `${Math.max(8, Math.min(anchor.left, innerWidth - wide - 8))}px`;
}

/** A box that closes on a click outside or on Escape; returns how to close it. */
export function popover(anchor: HTMLElement, box: HTMLElement, onclose?: () => void): () => void {
  const close = (): void => {
    box.remove();
    document.removeEventListener("pointerdown", outside, true);
    document.removeEventListener("keydown", escape, true);
    anchor.setAttribute("aria-expanded", "false");
    onclose?.();
  };
  const outside = (e: Event): void => {
    if (!box.contains(e.target as Node) && !anchor.contains(e.target as Node)) close();
  };
  const escape = (e: KeyboardEvent): void => {
    if (e.key !== "Escape") return;
    e.stopPropagation();
    close();
    anchor.focus();
  };
  place(box, anchor.getBoundingClientRect());
  anchor.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", outside, true);
  document.addEventListener("keydown", escape, true);
  return close;
}

export interface Choice {
  label: string;
  send?: Record<string, unknown>;
}

/** A question with one button for each answer; Escape answers nothing. */
export function ask(host: HTMLElement, question: string, choices: Choice[], answer: (c: Choice) => void): void {
  const name = uid();
  const box = h("dialog", { class: "pk-ask", "aria-labelledby": name }, h("p", { id: name }, question));
  const row = h("div", { class: "pk-ask-row" });
  const back = document.activeElement as HTMLElement | null;
  choices.forEach((choice, i) =>
    row.append(
      button(
        choice.label,
        null,
        () => {
          box.close();
          answer(choice);
        },
        i === 0 ? { class: "pk-btn pk-primary" } : {},
      ),
    ),
  );
  box.append(row);
  box.addEventListener("close", () => {
    box.remove();
    back?.focus();
  });
  host.append(box);
  box.showModal();
}

/** What a severity, a state or a light is called and which symbol it carries: never colour alone. */
const SIGN: Record<string, [icon: string, word: string]> = {
  error: ["error", "Blocks"],
  warning: ["warning", "Warning"],
  note: ["note", "Note"],
  done: ["ok", "Done"],
  blocked: ["error", "Blocked"],
  "in progress": ["progress", "In progress"],
  "not started": ["none", "Not started"],
  green: ["ok", "Good"],
  amber: ["warning", "Watch"],
  red: ["error", "Act"],
  dark: ["none", "Nothing yet"],
};

/** A pill with symbol and word. */
export function badge(state: string, text?: string): HTMLElement {
  const [name, word] = SIGN[state] ?? ["none", state];
  return h("span", { class: `pk-badge pk-is-${state.replace(" ", "-")}` }, icon(name), h("span", {}, text ?? word));
}

/** Tell the frame around the notebook (the lab extension). */
export const tell = (name: "open" | "state", detail: unknown): boolean =>
  dispatchEvent(new CustomEvent(`planning-kit:${name}`, { detail }));

/** A button that opens a guided notebook. */
export const go = (label: string, path: string | undefined, props: Props = {}): HTMLButtonElement | null =>
  path
    ? button(label, null, () => tell("open", { path }), { class: "pk-btn pk-link", "data-path": path, ...props })
    : null;

/** True if the page is drawn in a dark theme. */
export const isDark = (): boolean => {
  const lab = document.body.dataset.jpThemeLight;
  return lab ? lab === "false" : matchMedia("(prefers-color-scheme: dark)").matches;
};
