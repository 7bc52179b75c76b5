/** What the checks found: grouped, the first three of each, the rest on demand; calm when there is nothing. */

import { badge, fill, go, h, icon } from "./dom";
import { Part } from "./part";

interface Found {
  where?: string;
  id?: string;
  sentence: string;
  remedy?: string;
  path?: string;
}
interface Group {
  code: string;
  severity: string;
  title: string;
  count: number;
  first: Found[];
  rest: Found[];
  what?: string;
  why?: string;
  fix?: string;
  source?: string;
}

const found = (one: Found): HTMLElement =>
  h(
    "li",
    { class: "pk-found" },
    one.where && h("strong", {}, one.where),
    one.where && one.id && one.where !== one.id && h("span", { class: "pk-quiet" }, ` ${one.id}`),
    (one.where || one.id) && " ",
    h("span", {}, one.sentence),
    one.remedy && h("span", { class: "pk-quiet" }, ` ${one.remedy}`),
    go("Go there", one.path),
  );

export class Findings extends Part {
  protected draw(): void {
    const groups = (this.state.groups ?? []) as Group[];
    const count = (severity: string): number =>
      groups.filter((g) => g.severity === severity).reduce((n, g) => n + g.count, 0);
    const words: [string, string, string][] = [
      ["error", "blocking", "blocking"],
      ["warning", "warning", "warnings"],
      ["note", "note", "notes"],
    ];
    const sums = words
      .filter(([s]) => count(s))
      .map(([s, one, many]) => badge(s, `${count(s)} ${count(s) === 1 ? one : many}`));
    if (!groups.length) {
      const begun = !this.state.not_begun;
      fill(
        this.body,
        h(
          "p",
          { class: `pk-calm${begun ? " pk-is-done" : " pk-quiet"}`, role: "status" },
          icon(begun ? "ok" : "none"),
          h("span", {}, this.state.not_begun || this.state.calm || "No findings here."),
        ),
      );
      return;
    }
    fill(
      this.body,
      h("div", { class: "pk-find-head" }, h("h3", {}, "What the checks found"), ...sums),
      h("ul", { class: "pk-groups" }, ...groups.map((g) => this.group(g))),
    );
  }

  private group(g: Group): HTMLElement {
    const about = (
      [
        ["What it looks at", g.what],
        ["Why it matters", g.why],
        ["How to put it right", g.fix],
        ["Source", g.source],
      ] as const
    ).filter(([, text]) => text);
    return h(
      "li",
      { class: `pk-group pk-group-${g.severity}` },
      h(
        "div",
        { class: "pk-group-head" },
        badge(g.severity),
        h("h4", {}, g.title),
        g.count > 1 && h("span", { class: "pk-quiet" }, `${g.count} times`),
      ),
      h("ul", {}, ...g.first.map(found)),
      g.rest.length > 0 &&
        h(
          "details",
          { "data-key": `rest-${g.code}` },
          h("summary", { "data-key": `rest-s-${g.code}` }, icon("right"), `Show ${g.rest.length} more`),
          h("ul", {}, ...g.rest.map(found)),
        ),
      about.length > 0 &&
        h(
          "details",
          { "data-key": `about-${g.code}` },
          h("summary", { "data-key": `about-s-${g.code}` }, icon("right"), "About this check"),
          h(
            "dl",
            { class: "pk-about" },
            ...about.flatMap(([name, text]) => [h("dt", {}, name), h("dd", {}, text ?? "")]),
          ),
        ),
    );
  }
}
