/** The first page: one thing to do next, then where everything stands. */

import { badge, button, fill, go, h, icon, tell } from "./dom";
import { Part } from "./part";

interface Step {
  number: number;
  title: string;
  question?: string;
  state: string;
  blockers?: string[];
  blocked?: number;
  findings?: number;
  path?: string;
}
interface Light {
  name: string;
  state?: string;
  reason?: string;
  sentence?: string;
  count?: number;
  path?: string;
}
interface Named {
  name: string;
  title?: string;
  label?: string;
  note?: string;
  current?: boolean;
}

const section = (title: string, ...children: (Node | null | false | undefined)[]): HTMLElement =>
  h("section", { class: "pk-section" }, h("h3", {}, title), ...children);
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export class Overview extends Part {
  protected draw(): void {
    const { state } = this;
    const {
      steps = [],
      threads = [],
      breaks = [],
      changes = [],
      formats = [],
      tour = [],
    } = state as Record<string, any>;
    fill(
      this.body,
      this.headline(),
      section("The eight steps", h("ol", { class: "pk-steps" }, ...(steps as Step[]).map((s) => this.step(s)))),
      threads.length > 0 &&
        section(
          "Seven threads that run through all steps",
          h("ul", { class: "pk-threads" }, ...(threads as Light[]).map((t) => this.thread(t))),
        ),
      breaks.length > 0 &&
        section(
          "Four breaks between strategy and work",
          h("ul", { class: "pk-breaks" }, ...(breaks as Light[]).map((b) => this.gap(b))),
        ),
      h("div", { class: "pk-two" }, changes.length > 0 ? this.changes(changes) : null, this.plans()),
      tour.length > 0 &&
        section(
          "New here? A tour in ten stops",
          h(
            "ol",
            { class: "pk-tour" },
            ...tour.map((t: { title: string; text: string; path?: string }) =>
              h("li", {}, h("strong", {}, t.title), ` ${t.text} `, go("Go there", t.path)),
            ),
          ),
        ),
      formats.length > 0 &&
        section(
          "Ways to run it",
          h(
            "ul",
            { class: "pk-cards" },
            ...formats.map((f: any) =>
              h(
                "li",
                { class: "pk-card" },
                h("h4", {}, f.title ?? String(f)),
                h("p", { class: "pk-quiet" }, f.text ?? f.note ?? ""),
              ),
            ),
          ),
        ),
    );
  }

  private headline(): HTMLElement {
    const { headline, organisation, plan, sample_note: note } = this.state;
    const action = headline?.action;
    return h(
      "section",
      { class: "pk-hero" },
      h(
        "div",
        {},
        h("p", { class: "pk-quiet" }, [organisation, plan].filter(Boolean).join(" · ")),
        h("p", { class: "pk-hero-text" }, headline?.text ?? ""),
        note && h("p", { class: "pk-quiet" }, note),
      ),
      action &&
        button(action.label, "right", () => tell("open", { path: action.path }), {
          class: "pk-btn pk-primary pk-big",
          "data-key": "next",
          "data-path": action.path,
        }),
    );
  }

  private step(s: Step): HTMLElement {
    const more = (s.blocked ?? 0) - (s.blockers?.length ?? 0);
    return h(
      "li",
      { class: `pk-card pk-step pk-step-${s.state.replace(" ", "-")}` },
      h(
        "div",
        { class: "pk-step-head" },
        h("span", { class: "pk-disc pk-small" }, String(s.number)),
        go(s.title, s.path, { class: "pk-btn pk-link pk-cover", "data-key": `step-${s.number}` }) ??
          h("h4", {}, s.title),
      ),
      h(
        "div",
        { class: "pk-step-state" },
        badge(s.state),
        (s.findings ?? 0) > 0 &&
          h("span", { class: "pk-quiet" }, `${s.findings} ${s.findings === 1 ? "finding" : "findings"}`),
      ),
      s.blockers?.length
        ? h(
            "ul",
            { class: "pk-blockers" },
            ...s.blockers.slice(0, 2).map((b) => h("li", {}, b)),
            (more > 0 || s.blockers.length > 2) &&
              h("li", { class: "pk-quiet" }, `and ${more + Math.max(0, s.blockers.length - 2)} more`),
          )
        : h("p", { class: "pk-quiet" }, s.question ?? ""),
    );
  }

  private thread(t: Light): HTMLElement {
    return h(
      "li",
      { class: "pk-thread" },
      badge(t.state ?? "dark"),
      h("div", {}, h("strong", {}, capital(t.name)), h("p", { class: "pk-quiet" }, t.reason ?? "")),
      (t.state === "amber" || t.state === "red") &&
        go("Look", t.path, { "aria-label": `Look at ${t.name}`, "data-key": `thread-${t.name}` }),
    );
  }

  private gap(b: Light): HTMLElement {
    const none = !b.count;
    return h(
      "li",
      { class: "pk-card pk-break" },
      h("p", { class: `pk-number-big${none ? " pk-quiet" : ""}` }, b.state === "dark" ? "–" : String(b.count ?? 0)),
      h(
        "div",
        {},
        h("h4", {}, capital(b.name)),
        h("p", { class: "pk-quiet" }, b.sentence ?? b.reason ?? ""),
        none ? null : go("Show them", b.path, { "aria-label": `Show: ${b.name}`, "data-key": `break-${b.name}` }),
      ),
    );
  }

  private changes(changes: { when: string; who: string; what: string; why?: string }[]): HTMLElement {
    return section(
      "What changed",
      h(
        "ul",
        { class: "pk-changes" },
        ...changes.map((c) =>
          h(
            "li",
            {},
            h(
              "span",
              {},
              h("strong", {}, c.who),
              ` ${c.what}`,
              c.why && h("span", { class: "pk-quiet" }, ` (${c.why})`),
            ),
            h("time", { class: "pk-quiet" }, c.when),
          ),
        ),
      ),
    );
  }

  private plans(): HTMLElement | null {
    const plans = (this.state.plans ?? []) as Named[];
    const samples = (this.state.samples ?? this.state.choose?.samples ?? []) as Named[];
    if (!plans.length && !samples.length) return null;
    const choose = (body: Record<string, string>): void => void this.wire.send("choose", body);
    const name = h("input", {
      class: "pk-input",
      "data-key": "new-name",
      "aria-label": "Name of the new plan",
      placeholder: "Name of a new plan",
    });
    const kind = h(
      "select",
      { class: "pk-input", "data-key": "template", "aria-label": "What it begins with" },
      h("option", { value: "" }, "empty"),
      ...((this.state.templates ?? []) as [string, string][]).map(([value, label]) =>
        h("option", { value }, `with a template: ${label}`),
      ),
    );
    const begin = (): void => {
      if (name.value.trim()) choose({ file: name.value.trim(), sample: "", template: kind.value });
      else name.focus();
    };
    name.addEventListener("keydown", (e) => {
      if (e.key === "Enter") {
        e.preventDefault();
        begin();
      }
    });
    return section(
      "Which plan",
      h(
        "ul",
        { class: "pk-plans" },
        ...plans.map((p) =>
          h(
            "li",
            {},
            button(p.label ?? p.name, p.current ? "ok" : null, () => choose({ file: p.name, sample: "" }), {
              class: `pk-btn${p.current ? " pk-current" : ""}`,
              "aria-pressed": String(Boolean(p.current)),
              disabled: p.current,
              "data-key": `plan-${p.name}`,
              title: p.note ?? p.name,
            }),
          ),
        ),
      ),
      h(
        "details",
        { "data-key": "other-plan" },
        h("summary", { "data-key": "other-plan-s" }, icon("right"), "Begin another one"),
        h("div", { class: "pk-bar" }, name, kind, button("Begin", "add", begin, { "data-key": "empty" })),
        samples.length > 0 &&
          h(
            "ul",
            { class: "pk-samples" },
            ...samples.map((s) =>
              h(
                "li",
                {},
                button(
                  `Copy of ${s.title ?? s.name}`,
                  null,
                  () => choose({ file: name.value.trim(), sample: s.name }),
                  { "data-key": `sample-${s.name}` },
                ),
                h("span", { class: "pk-quiet" }, s.note ?? ""),
              ),
            ),
          ),
      ),
    );
  }
}
