/** Reports on a schedule: the form with its next dates, the list, and every run with its verdict. */

import { ask, button, fill, h, icon, uid } from "./dom";
import { Part } from "./part";

type Pair = [value: string, label: string];
interface Asked {
  name: string;
  label: string;
  help: string;
  value: string;
  options: Pair[];
}
interface Offer {
  reports: { name: string; title: string; help: string; more: Asked[] }[];
  scope: Pair[];
  rules: string[];
  forms: string[];
  zones: string[];
  formats: Pair[];
}
interface Schedule {
  number: number;
  title: string;
  for: string;
  next: string;
  report: string;
  scope: string;
  more: Record<string, string>;
  every: string;
  zone: string;
  to: string;
  failures: string;
  formats: string[];
}
interface Run {
  due: string;
  what: string;
  state: string;
  verdict: string;
  file: string;
}

const OTHER = "";
const SIGNS: Record<string, string> = { published: "ok", failed: "error", missed: "warning" };

/** Where JupyterLab serves the files of the folder. */
function address(path: string): string {
  const config = document.getElementById("jupyter-config-data")?.textContent ?? "{}";
  return `${JSON.parse(config).baseUrl ?? "/"}files/${path.split("/").map(encodeURIComponent).join("/")}`;
}

export class Schedules extends Part {
  private readonly list = h("div", { class: "pk-twin", tabindex: 0, role: "region", "aria-label": "Schedules" });
  private readonly form = h("form", { class: "pk-form", "aria-label": "A report on a schedule" });
  private readonly runs = h("div");
  private readonly dates = h("p", { class: "pk-schedule-dates", role: "status" });
  private readonly problem = h("p", { class: "pk-alert", role: "alert" });
  private offered = "";
  private number = 0;
  private later = 0;
  private read: () => Record<string, unknown> = () => ({});

  protected draw(): void {
    const s = this.state;
    if (!this.list.isConnected) {
      const label = "Reports on a schedule";
      fill(this.body, h("section", { class: "pk-section pk-schedules", "aria-label": label }, this.list, this.form, this.runs));
      this.form.addEventListener("submit", (e) => (e.preventDefault(), void this.keep()));
      this.form.addEventListener("input", () => {
        clearTimeout(this.later);
        this.later = window.setTimeout(() => void this.preview(), 250);
      });
    }
    this.drawList((s.schedules ?? []) as Schedule[]);
    this.drawRuns((s.runs ?? []) as Run[], (s.pages ?? []) as Pair[]);
    const offer = JSON.stringify(s.offer);
    if (offer === this.offered || (this.offered && this.form.contains(document.activeElement))) return;
    this.offered = offer;
    this.build();
  }

  private drawList(schedules: Schedule[]): void {
    const line = (one: Schedule): HTMLElement => {
      const name = `S${one.number}`;
      const act = (label: string, sign: string, does: () => void, off = false): HTMLElement =>
        button(label, sign, does, { "aria-label": `${label} ${name}`, "data-key": `${label}-${name}`, disabled: off });
      return h(
        "tr",
        {},
        h("td", {}, name),
        h("td", {}, one.title, one.for && ` for ${one.for}`),
        h("td", {}, `${one.every}, ${one.zone}`),
        h("td", { class: "pk-day" }, one.next),
        h("td", {}, one.to || "nobody: it is published only"),
        h("td", {}, ["HTML", ...one.formats.map((f) => f.toUpperCase())].join(", ")),
        h(
          "td",
          { class: "pk-day" },
          act("Run now", "play", () => void this.wire.send("now", { number: one.number }), Boolean(this.state.busy)),
          act("Change", "open", () => this.change(one)),
          act("Remove", "remove", () => this.remove(one)),
        ),
      );
    };
    const heads = ["", "Report", "When", "Next", "Readers", "Formats", ""];
    if (schedules.length === 0)
      fill(this.list, h("p", { class: "pk-help" }, "No report comes by itself yet. Fill in the form: which one, when, and who reads it."));
    else
      fill(
        this.list,
        h(
          "table",
          {},
          h("thead", {}, h("tr", {}, ...heads.map((one) => h("th", { scope: "col" }, one)))),
          h("tbody", {}, ...schedules.map(line)),
        ),
      );
  }

  private drawRuns(runs: Run[], pages: Pair[]): void {
    const s = this.state;
    const link = (path: string, text: string): HTMLElement =>
      h("a", { href: address(path), target: "_blank", rel: "noopener" }, text);
    fill(
      this.runs,
      s.sorry && h("p", { class: "pk-alert", role: "alert" }, icon("error"), h("span", {}, s.sorry)),
      h(
        "p",
        { class: "pk-help" },
        h("strong", {}, "Who keeps the clock: "),
        "“Run now” makes a report at once. For its dates, somebody leaves ",
        h("code", {}, "planning-kit schedule run"),
        " running in this folder, or a clock of the computer starts it with ",
        h("code", {}, "--due"),
        !s.mail && ". No mail server is set: reports are published, their mails wait until there is one",
        ".",
      ),
      pages.length > 0 && h("p", {}, ...pages.flatMap(([text, path]) => [link(path, text), " "])),
      runs.length > 0 && h("h4", {}, "Runs, newest first"),
      runs.length > 0 &&
        h(
          "ul",
          { class: "pk-lights pk-runs" },
          ...runs.map((one) =>
            h(
              "li",
              {},
              icon(SIGNS[one.state] ?? "progress"),
              h("span", {}, h("strong", {}, one.state), ` ${one.due}, ${one.what}: ${one.verdict} `, one.file && link(one.file, "Open")),
            ),
          ),
        ),
    );
  }

  /** Draw the form anew, empty or with a schedule in it. */
  private build(one?: Schedule): void {
    const { reports, scope, rules, forms, zones, formats } = this.state.offer as Offer;
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const time = / (\d{1,2}:\d\d)$/.exec(one?.every ?? "");
    const rule = time ? one!.every.slice(0, time.index) : "";
    const listed = one === undefined ? rules[0] : rules.includes(rule) ? rule : OTHER;
    const select = (pairs: Pair[], value: string): HTMLSelectElement =>
      h("select", { class: "pk-input" }, ...pairs.map(([v, text]) => h("option", { value: v, selected: v === value }, text)));
    const input = (value: string, props = {}): HTMLInputElement => h("input", { class: "pk-input", value, autocomplete: "off", ...props });
    const report = select(reports.map((r) => [r.name, r.title]), one?.report ?? "progress");
    const reader = select([["", "The whole plan"], ...scope], one?.scope ?? "");
    const every = select([...rules.map((r): Pair => [r, r[0].toUpperCase() + r.slice(1)]), [OTHER, "In other words …"]], listed);
    const at = input(time && listed ? time[1].padStart(5, "0") : "08:00", { type: "time" });
    const words = input(listed ? "" : one!.every, { placeholder: forms[4] });
    const places = uid();
    const zone = input(one?.zone ?? (here.includes("/") ? here : "Europe/Berlin"), { list: places });
    const to = h("textarea", { class: "pk-input", rows: 3, value: one?.to ?? "", placeholder: "ana@example.org, bo@example.org" });
    const owner = input(one?.failures ?? "", { type: "text" });
    const ticks = formats.map(([kind, text]) => {
      const tick = h("input", { type: "checkbox", checked: one?.formats.includes(kind) ?? false });
      return { kind, tick, el: h("label", { class: "pk-tick" }, tick, ` ${text}`) };
    });
    const about = h("p", { class: "pk-help" });
    const more = h("div", { class: "pk-form-grid pk-wide" });
    const asked = new Map<string, HTMLInputElement | HTMLSelectElement>();
    const field = (label: string, box: HTMLElement, help: string | HTMLElement = ""): HTMLElement => {
      box.id = uid();
      return h("div", { class: "pk-field" }, h("label", { for: box.id }, label), box, typeof help === "string" ? h("p", { class: "pk-help" }, help) : help);
    };
    const wordsBox = field("In other words", words, `For example: ${forms.join("; ")}.`);
    const timeBox = field("Time", at);
    const shape = (): void => {
      const chosen = reports.find((r) => r.name === report.value)!;
      about.textContent = chosen.help;
      asked.clear();
      fill(
        more,
        ...chosen.more.map((a) => {
          const value = (one?.report === chosen.name && one.more[a.name]) || a.value;
          const box = a.options.length ? select(a.options, value) : input(value);
          asked.set(a.name, box);
          return field(a.label, box, a.help);
        }),
      );
      wordsBox.hidden = every.value !== OTHER;
      timeBox.hidden = every.value === OTHER;
    };
    report.addEventListener("change", shape);
    every.addEventListener("change", () => {
      wordsBox.hidden = every.value !== OTHER;
      timeBox.hidden = every.value === OTHER;
    });
    shape();
    this.number = one?.number ?? 0;
    this.read = () => ({
      number: this.number,
      report: report.value,
      scope: reader.value,
      more: Object.fromEntries([...asked].map(([name, box]) => [name, box.value])),
      every: every.value === OTHER ? words.value : `${every.value} ${at.value}`,
      zone: zone.value,
      to: to.value,
      failures: owner.value,
      formats: ticks.filter(({ tick }) => tick.checked).map(({ kind }) => kind),
    });
    fill(
      this.form,
      h("h4", {}, one ? `Change S${one.number}` : "A new schedule"),
      h(
        "div",
        { class: "pk-form-grid" },
        field("Report", report, about),
        field("For whom", reader),
        field("When", every, "Working days are those of the plan: its week, without public holidays and closing days."),
        timeBox,
        wordsBox,
        field("Time zone", zone, "Whose wall clock counts."),
        field("Readers", to, "Mail addresses, with commas or each on its own line."),
        field("Who is told of a failure", owner, "One mail address; empty: the readers."),
        h("fieldset", { class: "pk-field" }, h("legend", {}, "Besides the page, also as"), ...ticks.map(({ el }) => el)),
        more,
      ),
      h("datalist", { id: places }, ...zones.map((z) => h("option", { value: z }))),
      this.dates,
      this.problem,
      h(
        "div",
        { class: "pk-bar" },
        h("button", { class: "pk-btn pk-primary", type: "submit", "data-key": "keep" }, one ? "Keep the change" : "Set it up"),
        one && button("Leave it as it was", null, () => this.build()),
      ),
    );
    fill(this.problem);
    void this.preview();
  }

  private async preview(): Promise<void> {
    const { dates, sorry } = await this.wire.send("dates", this.read());
    this.dates.textContent = sorry || `The next five: ${((dates ?? []) as string[]).join(", ")}`;
    this.dates.classList.toggle("pk-bad", Boolean(sorry));
  }

  private async keep(): Promise<void> {
    const { number, sorry } = await this.wire.send("keep", this.read());
    fill(this.problem, sorry && icon("error"), sorry && h("span", {}, sorry));
    if (!number) return;
    this.build();
  }

  private change(one: Schedule): void {
    this.build(one);
    this.form.scrollIntoView({ block: "nearest" });
    this.form.querySelector("select")?.focus();
  }

  private remove(one: Schedule): void {
    ask(
      this.el,
      `Remove S${one.number}, ${one.title}? What it published stays, and so does the record of its runs.`,
      [{ label: "Remove it", send: {} }, { label: "Leave it" }],
      (choice) => choice.send && void this.wire.send("remove", { number: one.number }),
    );
  }
}
