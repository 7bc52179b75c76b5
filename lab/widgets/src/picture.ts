/** A picture: what it says, the chart in the colours of the page, the same as a table, how old the data is. */

import { parse, View as Chart, type Spec } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { button, fill, floating, h, icon, isDark, place } from "./dom";
import { explain } from "./explain";
import { Part } from "./part";
import type { Model } from "./wire";

type Json = Record<string, any>;
const refused = (): Promise<never> => Promise.reject(new Error("A picture loads nothing from elsewhere."));
const MANY = 3000;
/** Remarks of the libraries are for whoever draws charts, not for whoever reads them. */
const QUIET: Json = {
  level: () => QUIET,
  warn: () => QUIET,
  info: () => QUIET,
  debug: () => QUIET,
  error: (...what: unknown[]) => {
    console.error(...what);
    return QUIET;
  },
};

const words = (text: unknown): string => (Array.isArray(text) ? text.join(" ") : typeof text === "string" ? text : "");

/** A picture's data as a table; `ids` names the row of the plan behind each line, where there is one; `heads` are the
 * lines that head those below them. */
interface Twin {
  columns: string[];
  rows: unknown[][];
  ids?: string[];
  heads?: number[];
}

/** The row of the plan a mark stands for: charts keep its id in their data. */
const rowOf = (item: unknown): string => {
  const id = (item as Json | null)?.datum?.id;
  return typeof id === "string" ? id : "";
};

/** A text whose dates are not broken at the end of a line. */
const dated = (text: string): (Node | string)[] =>
  text.split(/(\d{4}-\d\d-\d\d)/).map((part, n) => (n % 2 ? h("span", { class: "pk-day" }, part) : part));

/** Merge plain objects; what is in `over` wins. */
function merge(base: Json, over: Json): Json {
  const out: Json = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const both = [out[name], value].every((x) => x && typeof x === "object" && !Array.isArray(x));
    out[name] = both ? merge(out[name], value) : value;
  }
  return out;
}

export class Picture extends Part {
  private readonly holder = h("div", { class: "pk-chart" });
  private readonly tip = floating("pk-tip", { role: "tooltip" });
  private chart: Chart | null = null;
  private drawn = "";
  private width = 0;
  private readonly theme = new MutationObserver(() => this.themeChanged());
  private readonly size = new ResizeObserver(() => this.resized());
  private readonly scheme = matchMedia("(prefers-color-scheme: dark)");

  constructor(model: Model, el: HTMLElement) {
    super(model, el);
    this.theme.observe(document.body, {
      attributes: true,
      attributeFilter: ["data-jp-theme-light", "data-jp-theme-name"],
    });
    this.scheme.addEventListener("change", this.themeChanged);
    this.size.observe(this.holder);
  }

  protected draw(): void {
    const { state } = this;
    const table = state.table as Twin | undefined;
    const read = !state.spec && table?.rows.length ? table : null; // best read as a table: it comes without a chart
    fill(
      this.body,
      h(
        "div",
        { class: "pk-pic-head" },
        h(
          "div",
          {},
          (state.spec || read) && h("h3", {}, state.title ?? ""),
          state.lead && h("p", { class: "pk-help" }, state.lead),
          read && state.note && h("p", { class: "pk-help" }, state.note),
          this.doubled && h("p", { class: "pk-help" }, words(state.spec.title.subtitle)),
        ),
        ...(state.picks ?? []).map((p: Json) => this.pick(p)),
        state.act && this.act(state.act),
      ),
      state.done &&
        h(
          "p",
          { class: "pk-calm", role: "status" },
          icon("ok"),
          h("span", {}, state.done),
          button("Undo", "undo", () => void this.wire.send("undo"), { "data-key": "undo" }),
        ),
      state.beside && this.table(state.beside),
      state.spec
        ? this.holder
        : read
          ? this.table(read)
          : h("div", { class: "pk-empty" }, icon("columns"), h("p", {}, state.empty || "Nothing to show yet.")),
      h(
        "div",
        { class: "pk-pic-foot" },
        table?.rows.length && !read
          ? h(
              "details",
              { "data-key": "table" },
              h("summary", { "data-key": "table-s" }, icon("right"), "Show as table"),
              this.table(table),
            )
          : null,
        state.age && h("span", { class: "pk-quiet" }, state.age),
      ),
    );
    void this.show();
  }

  private pick(p: Json): HTMLElement {
    const select = h(
      "select",
      {
        class: "pk-input",
        "data-key": `pick-${p.name}`,
        onchange: () => void this.wire.send("pick", { name: p.name, value: select.value }),
      },
      h("option", { value: "" }, "—"),
      ...p.groups.map(([title, options]: [string, [string, string][]]) => {
        const some = options.map(([value, label]) => h("option", { value, selected: value === p.value }, label));
        return p.groups.length > 1 ? h("optgroup", { label: title }, ...some) : some;
      }).flat(),
    );
    return h("label", { class: "pk-pick" }, h("span", {}, p.label), select);
  }

  /** What can be done about the picture on the spot: choose somebody, press. */
  private act({ label, button: text, options }: Json): HTMLElement {
    const select = h(
      "select",
      { class: "pk-input", "data-key": "act", "aria-label": label, onchange: () => (press.disabled = !select.value) },
      h("option", { value: "" }, "—"),
      ...options.map(([value, name]: [string, string]) => h("option", { value }, name)),
    );
    const press = button(text, "ok", () => void this.wire.send("act", { value: select.value }), {
      class: "pk-btn pk-primary",
      disabled: true,
    });
    return h("label", { class: "pk-pick" }, h("span", {}, label), select, press);
  }

  private table({ columns, rows, heads = [], ids = [] }: Twin): HTMLElement {
    const numeric = columns.map((_, c) =>
      rows.some((r) => r[c] !== "") && rows.every((r) => r[c] === "" || r[c] === null || !Number.isNaN(Number(String(r[c]).replace(/[,\s%]/g, "")))),
    );
    const cell = (tag: "td" | "th", text: unknown, c: number, id = ""): HTMLElement =>
      h(
        tag,
        { class: numeric[c] ? "pk-right" : String(text ?? "").length <= 12 ? "pk-short" : "", scope: tag === "th" ? "col" : undefined },
        ...(id && text
          ? [button(String(text), null, () => explain(this.wire, id), { class: "pk-btn pk-link" })]
          : dated(String(text ?? ""))),
      );
    return h(
      "div",
      { class: "pk-twin", tabindex: 0, role: "region", "aria-label": `${this.state.title ?? "Picture"} as a table` },
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, ...columns.map((c, i) => cell("th", c, i)))),
        h("tbody", {}, ...rows.map((r, n) => h("tr", { class: heads.includes(n) ? "pk-above" : "" }, ...columns.map((_, i) => cell("td", r[i], i, i ? "" : ids[n]))))),
      ),
    );
  }

  /** The chart's own title says the same as the heading: only one of them is shown. */
  private get doubled(): boolean {
    const { spec, title } = this.state;
    return Boolean(spec?.title) && words(spec.title.text ?? spec.title) === title;
  }

  /** Colours come from the page: a spec may also name them, "var(--pk-a)". */
  private themed(spec: Json, inner: number): Json {
    const probe = h("span", { hidden: true });
    this.el.append(probe);
    const colour = (name: string): string => {
      probe.style.color = name;
      return getComputedStyle(probe).color;
    };
    const walk = (x: any): any =>
      typeof x === "string"
        ? /^var\(--[\w-]+\)$/.test(x)
          ? colour(x)
          : x
        : Array.isArray(x)
          ? x.map(walk)
          : x && typeof x === "object"
            ? Object.fromEntries(Object.entries(x).map(([k, v]) => [k, k === "data" || k === "datasets" ? v : walk(v)]))
            : x;
    const [ink, quiet, line] = ["var(--pk-ink)", "var(--pk-quiet)", "var(--pk-line)"].map(colour);
    const font = getComputedStyle(this.el).fontFamily;
    const guide = {
      labelColor: ink,
      titleColor: quiet,
      labelFontSize: 13,
      titleFontSize: 13,
      titleFontWeight: "normal",
      labelFont: font,
      titleFont: font,
    };
    const own = {
      background: "transparent",
      font,
      axis: { ...guide, gridColor: line, domainColor: line, tickColor: line },
      legend: guide,
      title: { color: ink, font },
      view: { stroke: null },
    };
    const given = this.state.config?.[isDark() ? "dark" : "light"] ?? own;
    const out = walk({
      ...spec,
      background: "transparent",
      config: merge(merge({ axis: { maxExtent: 400 } }, spec.config ?? {}), given),
    });
    probe.remove();
    if (this.doubled) delete out.title;
    const single = spec.mark || spec.layer;
    if (single && spec.width === undefined) out.width = "container";
    if (single && out.width === "container")
      out.autosize = {
        type: "fit-x",
        contains: "padding",
        ...(typeof spec.autosize === "object" ? spec.autosize : {}),
      };
    const wide = (part: Json): Json =>
      part.vconcat
        ? { ...part, vconcat: part.vconcat.map(wide) }
        : part.width === undefined || part.width === "container"
          ? { ...part, width: inner }
          : part;
    if (spec.vconcat) out.vconcat = out.vconcat.map(wide);
    return out;
  }

  private async show(): Promise<void> {
    const { state, holder } = this;
    if (!state.spec || !holder.isConnected) {
      if (!state.spec) this.clear();
      return;
    }
    this.width = holder.clientWidth;
    if (!this.width) return;
    const now = JSON.stringify([state.spec, state.config, isDark()]);
    if (now === this.drawn) return;
    this.drawn = now;
    try {
      const stage = await this.render(state.spec, Math.max(240, this.width - 120));
      const over = stage && state.spec.vconcat ? stage.scrollWidth - this.width : 0;
      if (over > 0) await this.render(state.spec, Math.max(240, this.width - 120 - over));
    } catch (error) {
      console.error(error);
      fill(holder, h("p", { class: "pk-quiet" }, "This picture cannot be drawn. The table below holds the same data."));
    }
  }

  /** Draw beside what is there, then take its place: nothing flickers. */
  private async render(given: Json, inner: number): Promise<HTMLElement | null> {
    const { holder } = this;
    const spec = compile(this.themed(given, inner) as TopLevelSpec, { logger: QUIET as any }).spec as Spec;
    const stage = h("div", {});
    stage.style.width = `${this.width}px`;
    const next = new Chart(parse(spec), {
      renderer: (this.drawn.match(/\},\{/g) ?? []).length > MANY ? "canvas" : "svg",
      hover: true,
      logger: QUIET as any,
      loader: { load: refused, sanitize: refused, http: refused, file: refused } as any,
      tooltip: (_handler: unknown, event: MouseEvent, item: unknown, value: unknown) =>
        this.showTip(event, value, Boolean(rowOf(item))),
    });
    next.addEventListener("click", (_event, item) => {
      const id = rowOf(item);
      if (!id) return;
      this.tip.remove();
      explain(this.wire, id);
    });
    next.addEventListener("pointermove", (_event, item) => holder.toggleAttribute("data-clickable", Boolean(rowOf(item))));
    const old = this.chart;
    this.chart = next;
    holder.append(stage);
    await next.initialize(stage).runAsync();
    stage.style.width = "";
    if (this.chart !== next) {
      next.finalize();
      stage.remove();
      return null;
    }
    old?.finalize();
    fill(holder, stage);
    const drawing = stage.querySelector("svg, canvas");
    drawing?.setAttribute("role", "img");
    drawing?.setAttribute("aria-label", `${this.state.title ?? "Picture"}. The same data is under “Show as table”.`);
    return stage;
  }

  /** Texts only: names in a plan are anybody's. */
  private showTip(event: MouseEvent, value: unknown, more: boolean): void {
    if (value === null || value === undefined || value === "") {
      this.tip.remove();
      return;
    }
    const pairs = typeof value === "object" ? Object.entries(value as Json) : [];
    fill(
      this.tip,
      ...(pairs.length
        ? [
            h(
              "dl",
              { class: "pk-tip-list" },
              ...pairs.flatMap(([k, v]) => [h("dt", { class: "pk-quiet" }, k), h("dd", {}, String(v ?? ""))]),
            ),
          ]
        : [h("p", {}, String(value))]),
      more && h("p", { class: "pk-quiet" }, "Click to see what is behind it."),
    );
    place(this.tip, new DOMRect(event.clientX + 10, event.clientY - 4, 0, 14));
  }

  private readonly themeChanged = (): void => {
    requestAnimationFrame(() => void this.show());
  };

  private later = 0;
  private resized(): void {
    const width = this.holder.clientWidth;
    if (!width || Math.abs(width - this.width) < 2) return;
    clearTimeout(this.later);
    this.later = window.setTimeout(
      () => {
        if (this.width) this.drawn = "";
        void this.show();
      },
      this.width ? 120 : 0,
    );
  }

  private clear(): void {
    this.chart?.finalize();
    this.chart = null;
    this.drawn = "";
    fill(this.holder);
  }

  override destroy(): void {
    this.theme.disconnect();
    this.size.disconnect();
    this.scheme.removeEventListener("change", this.themeChanged);
    this.tip.remove();
    this.clear();
    super.destroy();
  }
}
