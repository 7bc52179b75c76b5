/** One row of a timeline: its name at the left, its bar and what belongs to it over the days; and arrows between bars. */

import { fill, h, icon } from "./dom";
import { iso } from "./timedays";
import { isCritical, isWhole, type Bar, type TimePlan } from "./timeplan";

export const ROW = 30;
const HALF = 8;
const SVG = "http://www.w3.org/2000/svg";
const SIGNS: Record<string, string> = { done: "ok", late: "error", blocked: "warning", "misses its date": "error" };

/** From day to pixel. */
export interface Scale {
  first: number;
  px: number;
}
export const x = ({ first, px }: Scale, day: number): number => Math.round((day - first) * px * 10) / 10;

/** What a screen reader says of a bar, and what a tip shows of it. */
export function facts(plan: TimePlan, bar: Bar): [string, string][] {
  const days = plan.calendar.count(bar.start, bar.finish);
  const count = (n: number): string => `${n.toLocaleString("en")} working day${n === 1 ? "" : "s"}`;
  const slip = bar.slack < 0 ? `${count(-bar.slack)} too late` : count(bar.slack);
  const all: [string, string | false | null][] = [
    ["Dates", bar.milestone ? iso(bar.start) : `${iso(bar.start)} to ${iso(bar.finish)}`],
    ["Takes", !bar.milestone && count(days)],
    ["May slip", isCritical(bar) && bar.slack >= 0 ? `${slip}: critical` : slip],
    ["Promised for", bar.deadline !== null && iso(bar.deadline)],
    ["Done", `${Math.round(bar.complete)} %, ${bar.says || bar.state}`],
    ["Owner", plan.called(bar.owner)],
    [String(plan.state.group.title), plan.called(bar.group)],
    ["Drag", bar.fixed ? `cannot be moved: ${bar.fixed}` : plan.state.readonly && "the plan is open for reading only"],
  ];
  return all.filter((one): one is [string, string] => Boolean(one[1]));
}

export class TimeRow {
  readonly el: HTMLDivElement;
  private readonly name = h("div", { class: "pk-tl-name", role: "gridcell" });
  private readonly lane = h("div", { class: "pk-tl-lane", role: "gridcell" });
  private readonly part = (name: string): HTMLDivElement => h("div", { class: `pk-tl-${name}`, hidden: true });
  readonly bar = this.part("bar");
  private readonly done = h("div", { class: "pk-tl-done" });
  private readonly edge = h("div", { class: "pk-tl-edge", "data-edge": true });
  private readonly ghost = this.part("ghost");
  private readonly slack = this.part("slack");
  private readonly due = this.part("due");
  private readonly says = this.part("says");
  private drawn = "";

  constructor(
    readonly id: string,
    name: string,
  ) {
    this.el = h("div", { class: "pk-tl-row", role: "row", id: name, "data-id": id }, this.name, this.lane);
    this.bar.append(this.done, this.edge);
    this.lane.append(this.ghost, this.slack, this.due, this.bar, this.says);
  }

  /** Draw the row; `at` is its place among those shown. */
  draw(plan: TimePlan, bar: Bar, scale: Scale, at: number): void {
    this.el.style.top = `${at * ROW}px`;
    this.el.setAttribute("aria-rowindex", String(at + 2));
    const ghost = plan.ghost[bar.id];
    const shut = plan.hasChildren(bar.id) ? plan.shut.has(bar.id) && !plan.filtered : undefined;
    const now = JSON.stringify([bar, ghost, scale, shut, plan.called(bar.owner)]);
    if (now === this.drawn) return;
    this.drawn = now;
    this.el.setAttribute("aria-level", String(bar.level + 1));
    if (shut === undefined) this.el.removeAttribute("aria-expanded");
    else this.el.setAttribute("aria-expanded", String(!shut));
    this.el.classList.toggle("pk-tl-whole", isWhole(bar));
    this.drawName(bar, shut);
    this.lane.setAttribute("aria-label", facts(plan, bar).map(([term, text]) => `${term} ${text}`).join(", "));
    this.drawBar(plan, bar, scale, ghost);
  }

  private drawName(bar: Bar, shut: boolean | undefined): void {
    fill(
      this.name,
      h(
        "span",
        { class: "pk-twist", "data-twist": shut === undefined ? undefined : bar.id, "aria-hidden": "true" },
        shut !== undefined && icon(shut ? "right" : "down"),
      ),
      h("span", { class: "pk-tl-text", title: bar.name }, bar.name),
      isCritical(bar) && h("span", { class: "pk-tl-crit", title: "Critical: a day lost here is lost at the end" }, "!"),
    );
    this.name.style.paddingInlineStart = `${4 + Math.min(bar.level, 6) * 14}px`;
  }

  private drawBar(plan: TimePlan, bar: Bar, scale: Scale, ghost: [number, number] | undefined): void {
    const { classList } = this.bar;
    this.span(bar.start, bar.finish, bar, scale);
    for (const [name, on] of Object.entries({
      whole: isWhole(bar),
      stone: bar.milestone,
      critical: isCritical(bar),
      closed: Boolean(bar.fixed) && !isWhole(bar),
      unknown: bar.state === "no dates",
      free: !bar.fixed && !plan.state.readonly,
    }))
      classList.toggle(`pk-tl-is-${name}`, on);
    this.done.style.width = `${bar.complete}%`;
    this.edge.hidden = Boolean(bar.fixed) || bar.milestone || plan.state.readonly;
    const put = (node: HTMLElement, show: boolean, from: number, to = from): void => {
      node.hidden = !show;
      if (!show) return;
      node.style.left = `${x(scale, from)}px`;
      if (to !== from) node.style.width = `${Math.max(2, x(scale, to) - x(scale, from))}px`;
    };
    const open = !bar.fixed;
    const late = open && bar.latest !== null && bar.latest > bar.finish;
    put(this.slack, late, bar.finish + 1, (bar.latest ?? 0) + 1);
    put(this.due, bar.deadline !== null && (open || isWhole(bar)), (bar.deadline ?? 0) + 1);
    put(this.ghost, Boolean(ghost), ghost?.[0] ?? 0, (ghost?.[1] ?? 0) + 1);
    const far = Math.max(bar.finish, late ? (bar.latest ?? 0) : 0, this.due.hidden ? 0 : (bar.deadline ?? 0)) + 1;
    put(this.says, true, far);
    const sign = SIGNS[bar.says];
    const who = open || isWhole(bar) ? plan.called(bar.owner) : "";
    fill(
      this.says,
      sign && icon(sign),
      bar.says && h("span", { class: "pk-tl-word" }, bar.says),
      who && h("span", { class: "pk-quiet" }, who),
    );
    this.says.dataset.sign = sign ?? "";
  }

  /** Put the bar somewhere, also while it is dragged. */
  span(start: number, finish: number, bar: Bar, scale: Scale): void {
    const { style } = this.bar;
    this.bar.hidden = false;
    const middle = bar.milestone ? (x(scale, start) + x(scale, finish + 1)) / 2 : 0;
    style.left = `${bar.milestone ? middle - HALF : x(scale, start)}px`;
    style.width = `${bar.milestone ? 2 * HALF : Math.max(3, x(scale, finish + 1) - x(scale, start))}px`;
  }

  /** Forget what was drawn, so that it is drawn anew. */
  stale(): void {
    this.drawn = "";
  }
}

const side = (bar: Bar, end: boolean, scale: Scale): number => {
  if (bar.milestone) return (x(scale, bar.start) + x(scale, bar.finish + 1)) / 2 + (end ? HALF : -HALF);
  return x(scale, end ? bar.finish + 1 : bar.start);
};

/** Arrows of the links of some rows, as paths; both ends must be shown, one may be out of view. */
export function arrows(plan: TimePlan, ids: string[], scale: Scale, active: string | null): SVGElement[] {
  const found = new Map<string, SVGElement>();
  for (const id of ids)
    for (const [from, to, kind] of plan.linksOf(id)) {
      const [a, b, i, j] = [plan.bars.get(from), plan.bars.get(to), plan.at.get(from), plan.at.get(to)];
      if (!a || !b || i === undefined || j === undefined || found.has(`${from} ${to} ${kind}`)) continue;
      const atEnd = kind[0] !== "S", // SS and SF leave from the start, FF and SF arrive at the finish
        intoEnd = kind[1] === "F";
      const [y1, y2] = [i * ROW + ROW / 2, j * ROW + ROW / 2];
      const x1 = side(a, atEnd, scale);
      const x2 = side(b, intoEnd, scale);
      const [out, back] = [x1 + (atEnd ? 7 : -7), x2 + (intoEnd ? 9 : -9)];
      const straight = atEnd === intoEnd || out > back;
      const turn = y2 > y1 ? y2 - ROW / 2 : y2 + ROW / 2;
      const bend = atEnd && intoEnd ? Math.max(out, back) : !atEnd && !intoEnd ? Math.min(out, back) : out;
      const way =
        straight && atEnd !== intoEnd ? `H${out}V${turn}H${back}V${y2}H${x2}` : `H${bend}V${y2}H${x2}`;
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("d", `M${x1} ${y1}${way}`);
      const head = document.createElementNS(SVG, "path");
      head.setAttribute("d", `M${x2} ${y2}l${intoEnd ? 6 : -6}-3.5v7z`);
      const arrow = document.createElementNS(SVG, "g");
      arrow.append(path, head);
      const hot = isCritical(a) && isCritical(b);
      arrow.setAttribute("class", [hot && "pk-tl-hot", (from === active || to === active) && "pk-tl-mine"].filter(Boolean).join(" "));
      found.set(`${from} ${to} ${kind}`, arrow);
    }
  return [...found.values()];
}
