/** The editable Gantt: rows and days in view only, drag and keys, toolbar, form; the kernel computes every date. */

import { ask, button, fill, floating, h, icon, place, uid } from "./dom";
import { Drawer } from "./drawer";
import { explain, explainAgain, explainNoMore } from "./explain";
import { Store, type Column, type Typed } from "./store";
import { axis, iso } from "./timedays";
import { TimePlan, type Bar } from "./timeplan";
import { arrows, facts, ROW, TimeRow, x, type Scale } from "./timerow";
import { drawSaved, Wire, type Line, type Message, type Model } from "./wire";

const ZOOMS: Record<string, number> = { Fit: 0, Days: 26, Weeks: 7.5, Months: 2.6, Quarters: 0.95 };
const HEAD = 46;
const BESIDE = 150;
const OVER = 6;
const REST = 260;

interface Drag {
  bar: Bar;
  edge: boolean;
  from: number;
  scrolled: number;
  start: number;
  finish: number;
}

export class TimelineView {
  private readonly plan = new TimePlan();
  private readonly store = new Store();
  private readonly wire: Wire;
  private drawer: Drawer | null = null;
  private line: Line = "idle";
  private active: string | null = null;
  private zoom = "Fit";
  private scale: Scale = { first: 0, px: 1 };
  private days = 1;
  private drag: Drag | null = null;
  private frame = 0;
  private timer = 0;
  private placed = false;
  private drawnDays = "";
  private drawnLinks = "";
  /** Counts what makes all rows and links look different. */
  private version = 0;
  private readonly rows = new Map<string, TimeRow>();
  private readonly stem = uid("pk-tl");
  private readonly tools: Record<string, HTMLButtonElement | HTMLSelectElement> = {};
  private readonly help = h("p", { class: "pk-help pk-head" });
  private readonly bar = h("div", { class: "pk-bar", role: "toolbar", "aria-label": "Timeline tools" });
  private readonly count = h("span", { class: "pk-count", role: "status" });
  private readonly saved = h("span", { class: "pk-saved", role: "status" });
  private readonly empty = h("div", { class: "pk-empty pk-tl-none", hidden: true });
  private readonly ruler = h("div", { class: "pk-tl-ruler" });
  private readonly back = h("div", { class: "pk-tl-back", "aria-hidden": "true" });
  private readonly links = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  private readonly body = h("div", { class: "pk-tl-body", role: "rowgroup" }, this.back);
  private readonly grid = h("div", { class: "pk-tl", role: "treegrid", tabindex: 0 });
  private readonly legend = h("p", { class: "pk-tl-legend", "aria-hidden": "true" });
  private readonly said = h("p", { class: "pk-tl-said pk-quiet", role: "status" });
  private readonly alert = h("div", { class: "pk-alert", role: "alert" });
  private readonly tip = floating("pk-tip", { role: "tooltip" });
  private readonly main = h("div", { class: "pk-table-main" });
  private readonly split = h("div", { class: "pk-split" }, this.main);
  private readonly size = new ResizeObserver(() => this.arrange());

  constructor(
    model: Model,
    private readonly el: HTMLElement,
  ) {
    this.wire = new Wire(
      model,
      (message, mine) => this.heard(message, mine),
      (line) => {
        this.line = line;
        drawSaved(this.saved, line, this.plan.state.saved);
      },
    );
    this.links.setAttribute("class", "pk-tl-links");
    this.links.setAttribute("aria-hidden", "true");
    this.body.append(this.links);
    const corner = h("div", { class: "pk-tl-corner", role: "columnheader" }, "Work");
    const time = h("div", { class: "pk-tl-time", role: "columnheader", "aria-label": "Days" }, this.ruler);
    this.grid.append(
      h("div", { class: "pk-tl-head", role: "row", "aria-rowindex": 1 }, corner, time),
      this.body,
    );
    fill(this.main, this.empty, this.grid, this.legend, this.said, this.alert);
    el.append(this.help, this.bar, this.split);
    this.listen();
    this.size.observe(this.main);
    void this.wire.send("open");
  }

  private listen(): void {
    const { grid } = this;
    grid.addEventListener("scroll", () => this.soon());
    grid.addEventListener("keydown", (e) => this.key(e));
    grid.addEventListener("pointerdown", (e) => this.press(e));
    grid.addEventListener("dblclick", (e) => this.open(this.rowAt(e)));
    grid.addEventListener("pointerover", (e) => this.hover(e));
    grid.addEventListener("pointerleave", () => this.hideTip());
    grid.addEventListener("focus", () => this.active ?? this.select(this.plan.shown[0] ?? null));
    this.el.addEventListener("keydown", (e) => this.undoKeys(e));
  }

  // ---- from the kernel -------------------------------------------------------------------------------------

  private heard(message: Message, mine: boolean): void {
    const { plan, store } = this;
    if (!["state", "patch", "form", "ghost", "ask", "sorry"].includes(message.op)) return;
    if (message.op === "state") {
      plan.load(message);
      this.drawBar();
    } else if (message.op === "patch") {
      plan.patch(message);
      store.patch(message);
      if (mine) {
        this.say("");
        this.said.textContent = message.said ?? "";
      }
    } else if (message.op === "form") {
      store.load(message);
      plan.patch(message);
      this.makeDrawer();
    } else if (message.op === "ghost") {
      plan.ghost = message.ghost;
      (this.tools.compare as HTMLSelectElement).value = message.compared;
    } else if (message.op === "ask" && mine)
      ask(this.el, message.question, message.choices, (c) => {
        const { op, ...body } = (c.send ?? {}) as { op?: string };
        if (op) void this.wire.send(op, body);
      });
    else if (message.op === "sorry" && mine) this.say(message.sentence);
    this.arrange();
    this.drawer?.refresh();
    if (message.op === "state" || message.op === "patch") explainAgain(this.wire);
  }

  private say(sentence: string): void {
    fill(this.alert, sentence && icon("error"), sentence && h("span", {}, sentence));
    if (sentence) this.said.textContent = "";
  }

  // ---- drawing ---------------------------------------------------------------------------------------------

  private get nameWidth(): number {
    return Math.round(Math.min(420, Math.max(210, this.main.clientWidth * 0.33)));
  }

  /** Work out the scale, then draw everything around the rows, and the rows. */
  private arrange(): void {
    const { plan, grid, state } = this;
    this.version++;
    const none = !plan.bars.size;
    this.empty.hidden = !none;
    for (const node of [grid, this.legend]) (node as HTMLElement).hidden = none;
    if (none) fill(this.empty, icon("date"), h("p", {}, state.why || state.empty || ""));
    this.drawTools();
    if (none || !this.main.clientWidth) return;
    const [first, last] = plan.span;
    const room = Math.max(120, this.main.clientWidth - this.nameWidth - 20);
    const px = ZOOMS[this.zoom] || Math.min(26, Math.max(0.02, (room - BESIDE) / (last - first + 3)));
    const lead = Math.ceil(Math.max(2, 10 / px));
    this.scale = { first: first - lead, px };
    this.days = Math.max(room / px, last - first + 1 + lead + Math.ceil((BESIDE + 40) / px));
    const wide = Math.floor(this.days * px);
    grid.style.setProperty("--pk-tl-name", `${this.nameWidth}px`);
    for (const node of [this.body, grid.firstElementChild as HTMLElement]) node.style.width = `${this.nameWidth + wide}px`;
    this.body.style.height = `${plan.shown.length * ROW}px`;
    grid.setAttribute("aria-rowcount", String(plan.shown.length + 1));
    if (this.active && !plan.at.has(this.active)) this.active = null;
    if (!this.placed) this.home();
    this.draw();
  }

  private get state(): Message {
    return this.plan.state;
  }

  /** Bring the day that is looked at into view, where not everything fits. */
  private home(): void {
    this.placed = true;
    const lane = this.grid.clientWidth - this.nameWidth;
    this.grid.scrollLeft = this.zoom === "Fit" ? 0 : x(this.scale, this.state.as_of) - lane / 3;
  }

  private soon(): void {
    this.hideTip();
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  /** Draw the rows and the days in view; nothing else is in the page. */
  private draw(): void {
    const { plan, grid, rows, scale } = this;
    const top = Math.max(0, Math.floor(grid.scrollTop / ROW) - OVER);
    const ids = plan.shown.slice(top, Math.ceil((grid.scrollTop + grid.clientHeight) / ROW) + OVER);
    const kept = new Set(ids);
    if (this.drag) kept.add(this.drag.bar.id);
    for (const [id, row] of rows)
      if (!kept.has(id)) {
        row.el.remove();
        rows.delete(id);
      }
    ids.forEach((id, i) => {
      const bar = plan.bars.get(id) as Bar;
      let row = rows.get(id);
      if (!row) {
        rows.set(id, (row = new TimeRow(id, `${this.stem}-${id}`)));
        this.body.append(row.el);
      }
      row.draw(plan, bar, scale, top + i);
      row.el.setAttribute("aria-selected", String(id === this.active));
      row.el.setAttribute("aria-posinset", String(top + i + 1));
    });
    if (this.active && rows.has(this.active)) grid.setAttribute("aria-activedescendant", `${this.stem}-${this.active}`);
    else grid.removeAttribute("aria-activedescendant");
    this.drawDays();
    const links = [this.version, top, ids.length, this.active].join();
    if (links !== this.drawnLinks) this.links.replaceChildren(...arrows(plan, ids, scale, this.active));
    this.drawnLinks = links;
  }

  private drawDays(): void {
    const { grid, scale, plan } = this;
    const lane = grid.clientWidth - this.nameWidth;
    const from = Math.floor(scale.first + grid.scrollLeft / scale.px) - 1;
    const to = Math.min(Math.ceil(from + lane / scale.px) + 2, scale.first + this.days);
    const now = [this.version, from, to].join();
    if (now === this.drawnDays) return;
    this.drawnDays = now;
    const [upper, lower] = axis(from, to, scale.px);
    const at = (day: number): string => `left:${x(scale, day)}px`;
    const today = this.state.as_of as number;
    const tick = (kind: string, day: number, text: string): HTMLElement =>
      h("span", { class: `pk-tl-tick pk-tl-${kind}`, style: at(day) }, text);
    const heads = upper.map(({ day, text }, i) => {
      const room = x(scale, upper[i + 1]?.day ?? scale.first + this.days) - x(scale, day);
      return h("span", { class: "pk-tl-tick pk-tl-upper", style: `${at(day)};width:${room}px` }, h("span", {}, text));
    });
    fill(
      this.ruler,
      ...heads,
      ...lower.map(({ day, text }) => tick("lower", day, text)),
      h("span", { class: "pk-tl-now", style: at(today) }, iso(today)),
    );
    const shade: HTMLElement[] = [];
    for (let day = from; scale.px >= 4 && day <= to; day++)
      if (!plan.calendar.works(day)) shade.push(h("i", { class: "pk-tl-off", style: `${at(day)};width:${scale.px}px` }));
    const rule = (day: number, name: string): HTMLElement => h("i", { class: name, style: at(day) });
    fill(
      this.back,
      ...shade,
      ...lower.map(({ day }) => rule(day, "pk-tl-rule")),
      ...upper.map(({ day }) => rule(day, "pk-tl-rule pk-tl-strong")),
      rule(today, "pk-tl-today"),
    );
  }

  // ---- toolbar ---------------------------------------------------------------------------------------------

  private drawBar(): void {
    const { plan, state, tools } = this;
    this.help.textContent = state.help ?? "";
    this.grid.setAttribute(
      "aria-label",
      `${state.nouns} over time. Arrow up and down choose a row, left and right move it by a day, with Shift by a week, ` +
        "with Alt change how long it takes, Enter opens its form, Space folds.",
    );
    const undo = (name: string, text: string, letter: string): HTMLButtonElement =>
      button(text, name, () => void this.wire.send(name), {
        class: "pk-btn pk-slim",
        "aria-label": text,
        "aria-keyshortcuts": `Control+${letter}`,
      });
    const choose = (label: string, none: string, pairs: [string, string][], value: string, f: (v: string) => void): HTMLSelectElement =>
      h(
        "select",
        { class: "pk-input pk-tl-choose", "aria-label": label, onchange: (e: Event) => f((e.target as HTMLSelectElement).value) },
        h("option", { value: "" }, none),
        ...pairs.map(([id, name]) => h("option", { value: id, selected: id === value }, name)),
      );
    const look = (change: () => void): void => {
      change();
      plan.look();
      this.grid.scrollTop = 0;
      this.arrange();
    };
    const search = h("input", {
      class: "pk-input pk-filter",
      type: "search",
      placeholder: "Filter",
      "aria-label": `Filter ${state.nouns}`,
      value: plan.words,
      oninput: () => look(() => (plan.words = search.value)),
    });
    const only = h("input", { type: "checkbox", checked: plan.critical, onchange: () => look(() => (plan.critical = only.checked)) });
    const zooms = Object.keys(ZOOMS).map((name) =>
      h("button", { class: "pk-btn", "data-zoom": name, onclick: () => this.setZoom(name) }, name),
    );
    if (!state.readonly) {
      tools.undo = undo("undo", "Undo", "Z");
      tools.redo = undo("redo", "Redo", "Y");
    }
    tools.open = button("Open", "open", () => this.open(this.active), { class: "pk-btn pk-slim", "aria-label": "Open", title: "Open the selected row as a form (Enter)" });
    tools.fold = button("", "up", () => look(() => plan.foldAll(true)), { class: "pk-btn pk-bare", "aria-label": "Fold all", title: "Fold all" });
    tools.unfold = button("", "down", () => look(() => plan.foldAll(false)), { class: "pk-btn pk-bare", "aria-label": "Unfold all", title: "Unfold all" });
    const title = String(state.group.title).toLowerCase();
    tools.group = choose(`Only this ${title}`, `Every ${title}`, plan.groups, plan.group, (v) => look(() => (plan.group = v)));
    tools.compare = choose("Compare with a baseline", "No baseline", state.against, state.compared, (id) => void this.wire.send("compare", { id }));
    fill(
      this.bar,
      tools.open,
      tools.undo,
      tools.redo,
      h("span", { class: "pk-tl-zoom", role: "group", "aria-label": "Zoom" }, ...zooms),
      tools.fold,
      tools.unfold,
      plan.groups.length > 1 && tools.group,
      h("span", { class: "pk-with pk-search" }, icon("search"), search),
      h("label", { class: "pk-check" }, only, "Critical only"),
      state.against.length > 0 && tools.compare,
      this.count,
      h("span", { class: "pk-gap" }),
      this.saved,
    );
  }

  private drawTools(): void {
    const { plan, state, tools } = this;
    for (const name of ["undo", "redo"]) {
      const b = tools[name] as HTMLButtonElement | undefined;
      if (b) b.disabled = !state[name];
      if (b) b.title = state[name] ?? `Nothing to ${name}`;
    }
    if (tools.open) tools.open.disabled = !this.active;
    for (const b of this.bar.querySelectorAll<HTMLElement>("[data-zoom]"))
      b.setAttribute("aria-pressed", String(b.dataset.zoom === this.zoom));
    this.count.textContent = plan.filtered ? `${plan.shown.length.toLocaleString("en")} of ${plan.bars.size.toLocaleString("en")}` : "";
    const sign = (name: string, text: string): HTMLElement => h("span", {}, h("i", { class: `pk-tl-key pk-tl-key-${name}` }), text);
    const ghost = Object.keys(plan.ghost).length > 0;
    fill(
      this.legend,
      sign("critical", "critical"),
      sign("open", "may slip; dark: done"),
      sign("slack", "how far it may slip"),
      sign("stone", "milestone"),
      sign("due", "promised date"),
      ghost && sign("ghost", "baseline"),
      sign("today", `as of ${iso(state.as_of ?? 0)}`),
    );
    drawSaved(this.saved, this.line, state.saved);
  }

  private setZoom(name: string): void {
    const lane = this.grid.clientWidth - this.nameWidth;
    const middle = this.scale.first + (this.grid.scrollLeft + lane / 2) / this.scale.px;
    const fitted = this.zoom === "Fit";
    this.zoom = name;
    this.arrange();
    if (fitted || name === "Fit") this.home();
    else this.grid.scrollLeft = x(this.scale, middle) - lane / 2;
    this.draw();
  }

  // ---- choosing and opening --------------------------------------------------------------------------------

  private rowAt(e: Event): string | null {
    return (e.target as Element).closest<HTMLElement>(".pk-tl-row")?.dataset.id ?? null;
  }

  private select(id: string | null, bring = true): void {
    this.hideTip();
    this.active = id;
    const at = id === null ? undefined : this.plan.at.get(id);
    const bar = id === null ? undefined : this.plan.bars.get(id);
    const { grid } = this;
    if (bring && at !== undefined && bar) {
      const [top, room] = [at * ROW, grid.clientHeight - HEAD - 14];
      if (top < grid.scrollTop) grid.scrollTop = top;
      else if (top + ROW > grid.scrollTop + room) grid.scrollTop = top + ROW - room;
      const [left, right] = [x(this.scale, bar.start), x(this.scale, bar.finish + 1)];
      const lane = grid.clientWidth - this.nameWidth;
      if (right < grid.scrollLeft + 40 || left > grid.scrollLeft + lane - 160) grid.scrollLeft = left - lane / 3;
    }
    if (id !== null && this.drawer?.id && id !== this.drawer.id) void this.wire.send("row", { id }).then(() => this.drawer?.show(id));
    this.draw();
    this.drawTools();
  }

  private step(by: number): void {
    const { shown, at } = this.plan;
    const now = this.active === null ? -1 : (at.get(this.active) ?? -1);
    const next = shown[Math.max(0, Math.min(shown.length - 1, now + by))];
    if (next) this.select(next);
  }

  private open(id: string | null): void {
    if (id === null) return;
    this.select(id);
    void this.wire.send("row", { id, whole: !this.drawer }).then(() => {
      this.drawer?.show(id, true);
      this.arrange();
      this.select(id);
    });
  }

  private makeDrawer(): void {
    if (this.drawer) return;
    this.drawer = new Drawer(
      this.store,
      (id, column, typed, seen) => id && void this.set(id, column, typed, seen),
      (by) => this.step(by),
      () => this.grid.focus(),
      (id) => explain(this.wire, id),
    );
    this.split.append(this.drawer.el);
  }

  private async set(id: string, column: Column, typed: Typed, seen: string): Promise<void> {
    const at = { id, field: column.field };
    this.store.expect(at, typed.text);
    const answer = await this.wire.send("set", { ...at, ...typed, seen });
    this.store.settle(at, typed.text, answer.op === "sorry" ? answer.sentence : null);
    this.drawer?.refresh();
  }

  private fold(id: string, shut?: boolean): void {
    if (!this.plan.hasChildren(id)) return;
    this.plan.fold(id, shut);
    this.arrange();
  }

  // ---- moving ----------------------------------------------------------------------------------------------

  /** Why a row does not move; empty where it may. */
  private fixed(bar: Bar): string {
    if (this.state.readonly) return "This plan is open for reading only.";
    return bar.fixed ? `“${bar.name}” cannot be moved: ${bar.fixed}.` : "";
  }

  private async send(op: "move" | "stretch", bar: Bar, value: number): Promise<void> {
    const row = this.rows.get(bar.id);
    this.say("");
    row?.bar.classList.add("pk-tl-wait");
    await this.wire.send(op, { id: bar.id, [op === "move" ? "day" : "by"]: value });
    row?.bar.classList.remove("pk-tl-wait");
    row?.stale(); // a refused bar goes back to where it was
    this.draw();
  }

  private nudge(e: KeyboardEvent, by: 1 | -1): void {
    const bar = this.active === null ? undefined : this.plan.bars.get(this.active);
    if (!bar) return;
    const { calendar } = this.plan;
    const why = this.fixed(bar);
    if (why) this.say(why);
    else if (!e.altKey) void this.send("move", bar, calendar.near(bar.start + by * (e.shiftKey ? 7 : 1), by));
    else if (!bar.milestone) {
      const more = by * (e.shiftKey ? 5 : 1);
      if (calendar.count(bar.start, bar.finish) + more > 0) void this.send("stretch", bar, more);
    }
  }

  private press(e: PointerEvent): void {
    const id = this.rowAt(e);
    if (id === null || e.button !== 0) return;
    e.preventDefault();
    this.grid.focus({ preventScroll: true });
    const target = e.target as Element;
    const twist = target.closest<HTMLElement>("[data-twist]");
    if (twist) this.fold(id);
    this.select(id, false);
    const bar = this.plan.bars.get(id) as Bar;
    if (!target.closest(".pk-tl-bar") || this.fixed(bar)) return;
    const { start, finish } = bar;
    this.drag = { bar, edge: target.matches("[data-edge]"), from: e.clientX, scrolled: this.grid.scrollLeft, start, finish };
    const move = (one: PointerEvent): void => this.dragged(one);
    const end = (done: boolean): void => {
      document.removeEventListener("pointermove", move);
      document.removeEventListener("pointerup", up);
      document.removeEventListener("keydown", escape, true);
      this.dropped(done);
    };
    const up = (): void => end(true);
    const escape = (one: KeyboardEvent): void => {
      if (one.key !== "Escape") return;
      one.stopPropagation();
      end(false);
    };
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", up);
    document.addEventListener("keydown", escape, true);
  }

  private dragged(e: PointerEvent): void {
    const { drag, grid, scale } = this;
    if (!drag) return;
    const { bar, edge } = drag;
    const { calendar } = this.plan;
    const view = grid.getBoundingClientRect();
    if (e.clientX > view.right - 24) grid.scrollLeft += 12;
    else if (e.clientX < view.left + this.nameWidth + 24) grid.scrollLeft -= 12;
    const by = Math.round((e.clientX - drag.from + grid.scrollLeft - drag.scrolled) / scale.px);
    if (edge) drag.finish = Math.max(calendar.near(bar.start, 1), calendar.near(bar.finish + by, -1));
    else if (!by) [drag.start, drag.finish] = [bar.start, bar.finish];
    else {
      drag.start = calendar.near(bar.start + by, 1);
      drag.finish = bar.milestone ? drag.start : calendar.last(drag.start, calendar.count(bar.start, bar.finish));
    }
    const row = this.rows.get(bar.id);
    row?.bar.classList.add("pk-tl-drag");
    row?.span(drag.start, drag.finish, bar, scale);
    const length = calendar.count(drag.start, drag.finish);
    this.showTip(
      new DOMRect(e.clientX + 12, e.clientY - 6, 1, 12),
      h("p", {}, bar.milestone ? iso(drag.start) : `${iso(drag.start)} to ${iso(drag.finish)}`),
      !bar.milestone && h("p", { class: "pk-quiet" }, `${length.toLocaleString("en")} working day${length === 1 ? "" : "s"}`),
    );
  }

  private dropped(done: boolean): void {
    const { drag } = this;
    if (!drag) return;
    this.drag = null;
    this.hideTip();
    const { bar, edge, start, finish } = drag;
    const row = this.rows.get(bar.id);
    row?.bar.classList.remove("pk-tl-drag");
    if (done && edge && finish !== bar.finish) {
      const { calendar } = this.plan;
      void this.send("stretch", bar, calendar.count(bar.start, finish) - calendar.count(bar.start, bar.finish));
    }
    else if (done && !edge && start !== bar.start) void this.send("move", bar, start);
    else {
      row?.stale();
      this.draw();
    }
  }

  // ---- tips and keys ---------------------------------------------------------------------------------------

  private hover(e: PointerEvent): void {
    if (this.drag) return;
    this.hideTip();
    const part = (e.target as Element).closest<HTMLElement>(".pk-tl-bar, .pk-tl-says, .pk-tl-slack, .pk-tl-due");
    const bar = part && this.plan.bars.get(this.rowAt(e) ?? "");
    if (!part || !bar) return;
    this.timer = window.setTimeout(() => {
      const list = facts(this.plan, bar).flatMap(([term, text]) => [h("dt", { class: "pk-quiet" }, term), h("dd", {}, text)]);
      this.showTip(part.getBoundingClientRect(), h("strong", {}, bar.name), h("dl", { class: "pk-tip-list" }, ...list));
    }, REST);
  }

  private showTip(anchor: DOMRect, ...children: (Node | false)[]): void {
    fill(this.tip, ...children);
    place(this.tip, anchor);
  }

  private hideTip(): void {
    clearTimeout(this.timer);
    if (!this.drag) this.tip.remove();
  }

  private key(e: KeyboardEvent): void {
    if (e.ctrlKey || e.metaKey) return;
    const page = Math.max(1, Math.floor(this.grid.clientHeight / ROW) - 3);
    const steps: Record<string, number> = { ArrowUp: -1, ArrowDown: 1, PageUp: -page, PageDown: page, Home: -1e9, End: 1e9 };
    const zooms = Object.keys(ZOOMS);
    if (e.key in steps) this.step(steps[e.key]);
    else if (e.key === "ArrowLeft" || e.key === "ArrowRight") this.nudge(e, e.key === "ArrowLeft" ? -1 : 1);
    else if (e.key === " " && this.active) this.fold(this.active);
    else if (e.key === "Enter") this.open(this.active);
    else if (e.key === "+" || e.key === "-")
      this.setZoom(zooms[Math.max(0, Math.min(zooms.length - 1, zooms.indexOf(this.zoom) + (e.key === "+" ? -1 : 1)))]);
    else if (e.key === "Escape") this.grid.blur();
    else return;
    e.preventDefault();
    e.stopPropagation();
  }

  /** Undo works from anywhere in the view, except where an input has its own. */
  private undoKeys(e: KeyboardEvent): void {
    const name = e.key.toLowerCase();
    if (!(e.ctrlKey || e.metaKey) || (name !== "z" && name !== "y")) return;
    if ((e.target as Element).matches("input:not([type=checkbox]), textarea")) return;
    e.preventDefault();
    e.stopPropagation();
    void this.wire.send(name === "y" || e.shiftKey ? "redo" : "undo");
  }

  destroy(): void {
    this.size.disconnect();
    cancelAnimationFrame(this.frame);
    this.hideTip();
    this.tip.remove();
    this.drawer?.close();
    explainNoMore(this.wire);
    this.wire.close();
  }
}
