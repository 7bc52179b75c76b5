/** A table as cards on a wall: written one after another, face down until all are up, put together, weighed. */

import { ask, button, fill, h, icon, type Choice } from "./dom";
import { Drawer } from "./drawer";
import { explain, explainAgain, explainNoMore } from "./explain";
import { Store, type Typed } from "./store";
import { drawSaved, Wire, type Line, type Message, type Model } from "./wire";

type Body = Record<string, unknown>;
interface About {
  column: string;
  group: string;
  weigh: string;
  across: number;
  lanes: [string, string][];
}
interface Lane {
  value: string;
  box: HTMLElement;
  count: HTMLElement;
  list: HTMLElement;
}

const NAME = 40;
/** A card is dragged within its own board only. */
let carried: { board: BoardView; id: string } | null = null;

export class BoardView {
  private readonly store = new Store();
  private readonly wire: Wire;
  private lanes: Lane[] = [];
  private drawer: Drawer | null = null;
  private shares: Record<string, number> = {};
  private down = false;
  private drawing = false;
  /** Whether the weights of a side do not make 100. */
  private uneven = false;
  private readonly dots = new Map<string, number>();
  private line: Line = "idle";
  private buttons: Record<string, HTMLButtonElement> = {};
  private readonly head = h("header", { class: "pk-head" });
  private readonly bar = h("div", { class: "pk-bar", role: "toolbar" });
  private readonly saved = h("span", { class: "pk-saved", role: "status" });
  private readonly wall = h("div", { class: "pk-wall" });
  private readonly main = h("div", { class: "pk-table-main" });
  private readonly sorry = h("p", { class: "pk-alert", role: "alert" });

  constructor(
    model: Model,
    private readonly el: HTMLElement,
  ) {
    this.wire = new Wire(
      model,
      (message, mine) => this.heard(message, mine),
      (line) => drawSaved(this.saved, (this.line = line), this.store.state.saved),
    );
    el.append(this.head, this.bar, h("div", { class: "pk-split" }, this.main));
    el.addEventListener("keydown", (e) => this.undoKeys(e));
    void this.wire.send("open");
  }

  private get about(): About {
    return this.store.state.board as About;
  }

  // ---- from the kernel -------------------------------------------------------------------------------------

  private heard(message: Message, mine: boolean): void {
    if (message.op === "ask" && mine) ask(this.el, message.question, message.choices, (c) => this.answered(c));
    if (message.op === "sorry" && mine) fill(this.sorry, icon("error"), h("span", {}, message.sentence));
    if (message.op !== "state" && message.op !== "patch") return;
    if (mine) fill(this.sorry);
    this.shares = message.shares ?? {};
    this.down = Boolean(message.down);
    this.uneven = Boolean(message.uneven);
    if (message.op === "patch") this.store.patch(message);
    else this.load(message);
    this.draw();
    explainAgain(this.wire);
  }

  private load(state: Message): void {
    const typed = new Map(this.lanes.map((one) => [one.value, one.box.querySelector("textarea")?.value ?? ""]));
    const at = this.lanes.find((one) => one.box.querySelector("textarea") === document.activeElement)?.value;
    const open = this.drawer?.id ?? null;
    this.store.load(state);
    this.drawer?.close();
    this.drawer = new Drawer(
      this.store,
      (id, column, value, seen) => id && void this.set(id, column.field, value, seen),
      (by) => this.drawer?.show(this.cards[this.cards.indexOf(this.drawer.id ?? "") + by] ?? this.drawer.id),
      () => undefined,
      (id) => explain(this.wire, id),
    );
    const last = this.drawer;
    this.lanes = this.about.lanes.map(([value, label]) => this.lane(value, label));
    if (this.about.column) this.lanes.unshift(this.lane("", "Not placed yet", false));
    this.wall.style.setProperty("--pk-across", String(this.about.across));
    fill(this.wall, ...this.lanes.map((one) => one.box));
    fill(this.head, state.help && h("p", { class: "pk-help" }, state.help));
    fill(this.main, this.wall, this.sorry);
    this.el.querySelector(".pk-split")?.append(last.el);
    for (const one of this.el.querySelectorAll(".pk-drawer")) if (one !== last.el) one.remove();
    for (const one of this.lanes) {
      const input = one.box.querySelector("textarea");
      if (input) input.value = typed.get(one.value) ?? "";
      if (input && one.value === at) input.focus({ preventScroll: true });
    }
    this.drawBar();
    this.drawer.show(this.down ? null : open);
  }

  private lane(value: string, label: string, writable = true): Lane {
    const count = h("span", { class: "pk-quiet" });
    const list = h("ul", { class: "pk-stack", "aria-label": label });
    const { noun, readonly } = this.store.state;
    const input = h("textarea", {
      class: "pk-input",
      rows: 1,
      placeholder: "Write a card",
      "aria-label": `New ${noun} under ${label}`,
      onkeydown: (e: KeyboardEvent) => {
        if (e.key !== "Enter" || e.shiftKey || e.isComposing) return;
        e.preventDefault();
        void this.add(input, value);
      },
    });
    const box = h(
      "section",
      { class: `pk-lane${writable ? "" : " pk-tray"}`, "data-lane": value },
      h("h4", {}, label, " ", count),
      list,
      writable && !readonly && input,
    );
    this.target(box, (id) => this.move([id], { ...this.place(value), ...this.group("") }));
    return { value, box, count, list };
  }

  // ---- drawing ---------------------------------------------------------------------------------------------

  /** The cards in the order in which they lie on the wall. */
  private get cards(): string[] {
    return [...this.wall.querySelectorAll<HTMLElement>(".pk-note-card")].map((one) => one.dataset.key ?? "");
  }

  private draw(): void {
    const { about, store, wall } = this;
    const typing = document.activeElement as HTMLInputElement;
    const focused = wall.contains(typing) && typing.dataset.key;
    const selected = [typing.selectionStart, typing.selectionEnd] as const;
    this.drawing = true;
    const known = new Set(this.lanes.map((one) => one.value));
    const where = (id: string): string => {
      const value = about.column ? String(store.raw(id, about.column) ?? "") : "";
      return known.has(value) ? value : "";
    };
    for (const lane of this.lanes) {
      const ids = store.order.filter((id) => where(id) === lane.value);
      lane.count.textContent = ids.length ? String(ids.length) : "";
      if (lane.box.classList.contains("pk-tray")) lane.box.hidden = !ids.length;
      if (this.down) fill(lane.list, ...ids.map(() => h("li", { class: "pk-note-card pk-down", "aria-label": "a card, face down" })));
      else fill(lane.list, ...this.groups(ids));
    }
    this.drawing = false;
    const again = focused && wall.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`);
    if (again) again.focus({ preventScroll: true });
    if (again instanceof HTMLInputElement) {
      again.value = typing.value; // a heading that is being written stays as it is
      again.setSelectionRange(...selected);
    }
    drawSaved(this.saved, this.line, store.state.saved);
    for (const name of ["undo", "redo"]) {
      const one = this.buttons[name];
      if (one) one.disabled = !store.state[name];
      if (one) one.title = store.state[name] ?? `Nothing to ${name}`;
    }
    const turn = this.buttons.turn;
    if (turn) fill(turn, icon("columns"), h("span", {}, this.down ? `Turn the ${store.order.length} cards over` : "Lay the cards face down"));
    turn?.classList.toggle("pk-primary", this.down);
    if (this.buttons.scale) this.buttons.scale.hidden = !this.uneven;
    if (this.down) this.drawer?.show(null);
    else this.drawer?.refresh();
  }

  /** Cards with the same heading lie under it, where the first of them was. */
  private groups(ids: string[]): HTMLElement[] {
    const { group } = this.about;
    const name = (id: string): string => (group ? this.store.text(id, group) : "");
    const seen = new Set<string>();
    return ids.flatMap((id) => {
      const title = name(id);
      if (!title) return [this.card(id)];
      if (seen.has(title)) return [];
      seen.add(title);
      const some = ids.filter((one) => name(one) === title);
      const sum = some.reduce((total, one) => total + (this.shares[one] ?? 0), 0);
      const input = h("input", {
        class: "pk-group-name",
        value: title,
        "aria-label": "Heading of these cards",
        "data-key": `group-${some[0]}`,
        onblur: () => !this.drawing && this.move(some, this.group(input.value)),
        onkeydown: (e: KeyboardEvent) => e.key === "Enter" && input.blur(),
      });
      const box = h(
        "li",
        { class: "pk-pile" },
        h("div", { class: "pk-pile-head" }, input, sum > 0 && h("span", { class: "pk-quiet" }, percent(sum))),
        h("ul", { class: "pk-stack" }, ...some.map((one) => this.card(one))),
      );
      this.target(box, (from) => this.move([from], { ...this.place(this.lane_of(id)), ...this.group(title) }));
      return [box];
    });
  }

  private card(id: string): HTMLElement {
    const { store, about } = this;
    const share = this.shares[id];
    const marks = store.columns.flatMap((c) => store.marks.get(`${id}\u0000${c.field}`) ?? []);
    const dot = (by: number, sign: string): HTMLElement =>
      button(sign, null, () => void this.weigh(id, by), {
        class: "pk-btn pk-bare",
        tabindex: -1,
        "aria-label": by > 0 ? "One dot more" : "One dot less",
      });
    const card = h(
      "li",
      {
        class: "pk-note-card",
        tabindex: 0,
        draggable: store.state.readonly ? undefined : "true",
        "data-key": id,
        title: marks[0]?.sentence,
        onkeydown: (e: KeyboardEvent) => this.cardKeys(e, id),
        ondblclick: () => this.drawer?.show(id, true),
        ondragstart: (e: DragEvent) => {
          carried = { board: this, id };
          e.dataTransfer?.setData("text/plain", store.name(id));
        },
        ondragend: () => (carried = null),
      },
      h("span", { class: "pk-card-text" }, store.name(id)),
      about.weigh &&
        h(
          "span",
          { class: "pk-card-foot" },
          share !== undefined && h("span", { class: "pk-share", style: `--pk-share: ${share}` }, percent(share)),
          !store.state.readonly && h("span", { class: "pk-dots" }, dot(-1, "−"), dot(1, "+")),
        ),
    );
    if (about.group)
      this.target(card, (from) => {
        const title = store.text(id, about.group) || store.name(id).slice(0, NAME);
        this.move(from === id ? [] : [from, id], { ...this.place(this.lane_of(id)), ...this.group(title) });
      });
    return card;
  }

  private drawBar(): void {
    const { state } = this.store;
    const make = (name: string, text: string, sign: string, f: () => void, props: Body = {}): HTMLButtonElement =>
      (this.buttons[name] = button(text, sign, f, props));
    this.buttons = {};
    this.bar.setAttribute("aria-label", `${state.noun} board tools`);
    fill(
      this.bar,
      !state.readonly && make("turn", "", "columns", () => this.send("turn", { down: !this.down })),
      !state.readonly &&
        this.about.weigh &&
        make("scale", "Make the weights 100 %", "ok", () => this.send("scale"), {
          title: "Dots and weights of each side become shares of 100",
        }),
      !state.readonly && make("undo", "Undo", "undo", () => this.send("undo"), { class: "pk-btn pk-slim" }),
      !state.readonly && make("redo", "Redo", "redo", () => this.send("redo"), { class: "pk-btn pk-slim" }),
      h(
        "span",
        { class: "pk-quiet pk-count" },
        "Enter writes a card. Drag it, or open it with Enter and move it with Shift and an arrow",
        this.about.weigh && "; + and − weigh it",
      ),
      h("span", { class: "pk-gap" }),
      this.saved,
    );
  }

  // ---- to the kernel ---------------------------------------------------------------------------------------

  private send(op: string, body: Body = {}): void {
    void this.wire.send(op, body);
  }

  private place(value: string): Record<string, string> {
    return this.about.column ? { [this.about.column]: value } : {};
  }

  private group(title: string): Record<string, string> {
    return this.about.group ? { [this.about.group]: title.trim() } : {};
  }

  private lane_of(id: string): string {
    return String(this.about.column ? (this.store.raw(id, this.about.column) ?? "") : "");
  }

  private move(ids: string[], values: Record<string, string>): void {
    const same = (id: string): boolean =>
      Object.entries(values).every(([f, v]) => (String(this.store.raw(id, f) ?? "")) === v);
    if (ids.some((id) => !same(id))) this.send("move", { ids, values });
  }

  /** Keys may come faster than answers: the next dot is counted from the one before. */
  private async weigh(id: string, by: number): Promise<void> {
    const { weigh } = this.about;
    const now = Math.max(0, (this.dots.get(id) ?? Number(this.store.raw(id, weigh) || 0)) + by);
    this.dots.set(id, now);
    await this.wire.send("move", { ids: [id], values: { [weigh]: now ? String(now) : "" } });
    if (this.dots.get(id) === now) this.dots.delete(id);
  }

  private async add(input: HTMLTextAreaElement, value: string): Promise<void> {
    const text = input.value.trim();
    if (!text) return;
    input.value = "";
    const { labelField } = this.store;
    const answer = await this.wire.send("add", { values: { [labelField]: text, ...this.place(value) } });
    if (answer.op === "sorry" && !input.value) input.value = text;
  }

  private async set(id: string, field: string, typed: Typed, seen: string): Promise<void> {
    this.store.expect({ id, field }, typed.text);
    const answer = await this.wire.send("set", { id, field, ...typed, seen });
    this.store.settle({ id, field }, typed.text, answer.op === "sorry" ? answer.sentence : null);
    this.draw();
  }

  private answered(choice: Choice): void {
    if (!choice.send) return;
    const { op, ...body } = choice.send as { op: string } & Body;
    this.send(op, body);
  }

  // ---- hands and keys --------------------------------------------------------------------------------------

  /** A place where a card of this board can be dropped. */
  private target(node: HTMLElement, drop: (id: string) => void): void {
    const over = (e: DragEvent, on: boolean): void => {
      if (carried?.board !== this) return;
      e.preventDefault();
      e.stopPropagation();
      node.classList.toggle("pk-over-here", on);
    };
    node.addEventListener("dragover", (e) => over(e, true));
    node.addEventListener("dragleave", (e) => over(e, false));
    node.addEventListener("drop", (e) => {
      over(e, false);
      if (carried?.board === this) drop(carried.id);
      carried = null;
    });
  }

  private cardKeys(e: KeyboardEvent, id: string): void {
    if (e.target !== e.currentTarget) return;
    const cards = this.cards;
    const lanes = this.lanes.filter((one) => !one.box.classList.contains("pk-tray"));
    const at = lanes.findIndex((one) => one.value === this.lane_of(id));
    const side = e.key === "ArrowRight" ? 1 : e.key === "ArrowLeft" ? -1 : 0;
    const line = e.key === "ArrowDown" ? 1 : e.key === "ArrowUp" ? -1 : 0;
    if (e.shiftKey && (side || line)) {
      const to = lanes[at < 0 ? 0 : at + side + line * this.about.across];
      if (to && this.about.column) this.move([id], { ...this.place(to.value), ...this.group("") });
    } else if (side || line) {
      const next = side
        ? lanes[at + side]?.list.querySelector<HTMLElement>(".pk-note-card")
        : this.wall.querySelector<HTMLElement>(`[data-key="${cards[cards.indexOf(id) + line]}"]`);
      next?.focus();
    } else if (e.key === "Enter") this.drawer?.show(id, true);
    else if (e.key === "Delete" || e.key === "Backspace") this.send("remove", { ids: [id] });
    else if (this.about.weigh && (e.key === "+" || e.key === "-")) void this.weigh(id, e.key === "+" ? 1 : -1);
    else return;
    e.preventDefault();
    e.stopPropagation();
  }

  private undoKeys(e: KeyboardEvent): void {
    const name = e.key.toLowerCase();
    if ((!e.ctrlKey && !e.metaKey) || (name !== "z" && name !== "y")) return;
    if ((e.target as Element).matches("input, textarea")) return;
    e.preventDefault();
    this.send(name === "y" || e.shiftKey ? "redo" : "undo");
  }

  destroy(): void {
    explainNoMore(this.wire);
    this.wire.close();
    this.drawer?.close();
  }
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
