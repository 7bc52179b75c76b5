/** The head of a page: which step, which plan, who works here, undo. */

import { button, fill, h, tell } from "./dom";
import { lock } from "./lock";
import { Part } from "./part";
import { drawSaved, type Line } from "./wire";

export class Header extends Part {
  private saved: HTMLElement | null = null;
  private lock: { told: string; node: HTMLElement | null } = { told: "", node: null };

  protected draw(): void {
    const { state } = this;
    const undo = (op: "undo" | "redo", text: string): HTMLElement =>
      button(text, op, () => void this.wire.send(op), {
        title: state[op] ?? `Nothing to ${op}`,
        disabled: !state[op],
        "data-key": op,
        class: "pk-btn pk-slim",
        "aria-label": text,
      });
    const who = h(
      "select",
      {
        class: "pk-input",
        "data-key": "person",
        "aria-label": "You are",
        onchange: () => void this.wire.send("person", { id: who.value }),
      },
      h("option", { value: "" }, "Who are you?"),
      ...((state.people ?? []) as [string, string][]).map(([id, label]) =>
        h("option", { value: id, selected: id === state.person }, label),
      ),
    );
    const facts = [
      state.organisation,
      state.plan,
      state.revision ? `revision ${state.revision}` : "",
      state.as_of ? `as of ${state.as_of}` : "",
    ];
    const meta = [state.minutes ? `about ${span(state.minutes)}` : "", state.who];
    this.saved = h("span", { class: "pk-saved", role: "status" });
    fill(
      this.body,
      h(
        "header",
        { class: "pk-page-head" },
        h(
          "div",
          { class: "pk-page-title" },
          state.number
            ? h("span", { class: "pk-disc", "aria-label": `Step ${state.number}` }, String(state.number))
            : null,
          h(
            "div",
            {},
            h("h2", {}, state.title ?? ""),
            state.question && h("p", { class: "pk-question" }, state.question),
            h("p", { class: "pk-quiet" }, meta.filter(Boolean).join(" · ")),
          ),
        ),
        h(
          "div",
          { class: "pk-page-side" },
          h("p", { class: "pk-quiet pk-facts" }, facts.filter(Boolean).join(" · ")),
          h(
            "div",
            { class: "pk-bar" },
            this.saved,
            undo("undo", "Undo"),
            undo("redo", "Redo"),
            (state.people ?? []).length ? who : null,
          ),
        ),
      ),
      this.locked(),
    );
    drawSaved(this.saved, "idle", state.saved);
    if (state.panel) tell("state", state.panel);
  }

  /** The lock stays the same node while nothing about it changed: news must not empty what is being typed. */
  private locked(): HTMLElement | null {
    const told = JSON.stringify(this.state.lock ?? null);
    if (told !== this.lock.told) this.lock = { told, node: lock(this.el, this.wire, this.state) };
    return this.lock.node;
  }

  protected override lineChanged(line: Line): void {
    super.lineChanged(line);
    if (this.saved) drawSaved(this.saved, line, this.state.saved);
  }
}

/** Minutes as people say them. */
export function span(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return hours ? `${hours} h${rest ? ` ${rest} min` : ""}` : `${rest} min`;
}
