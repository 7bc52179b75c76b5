/** Before you go on: what is ready, a tick for done, the way to the next step. */

import { button, fill, h, icon, tell } from "./dom";
import { Part } from "./part";

export class Next extends Part {
  protected draw(): void {
    const {
      lights = [],
      done,
      next,
    } = this.state as {
      lights?: { text: string; ok: boolean }[];
      done?: { label: string; ticked: boolean };
      next?: { label: string; path: string };
    } & { op: string };
    const tick =
      done &&
      h("input", {
        type: "checkbox",
        checked: done.ticked,
        "data-key": "done",
        onchange: (e: Event) => void this.wire.send("done", { ticked: (e.target as HTMLInputElement).checked }),
      });
    const open = lights.filter((l) => !l.ok).length;
    fill(
      this.body,
      h(
        "section",
        { class: "pk-next" },
        h(
          "div",
          {},
          h("h3", {}, "Before you go on"),
          h(
            "ul",
            { class: "pk-lights" },
            ...lights.map((l) =>
              h(
                "li",
                { class: l.ok ? "pk-is-done" : "pk-is-dark" },
                icon(l.ok ? "ok" : "none"),
                h("span", {}, l.text),
                h("span", { class: "pk-hidden" }, l.ok ? " (ready)" : " (open)"),
              ),
            ),
          ),
          lights.length > 0 &&
            h(
              "p",
              { class: "pk-quiet" },
              open
                ? `${open} of ${lights.length} still open. You may go on and come back.`
                : "Everything here is ready.",
            ),
        ),
        h(
          "div",
          { class: "pk-next-go" },
          tick && h("label", { class: "pk-check" }, tick, h("span", {}, done.label)),
          next &&
            button(`Go on: ${next.label}`, "right", () => tell("open", { path: next.path }), {
              class: "pk-btn pk-primary pk-big",
              "data-key": "next",
              "data-path": next.path,
            }),
        ),
      ),
    );
  }
}
