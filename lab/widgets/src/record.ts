/** One row as a page of its own, or the row that is not there yet. */

import { ask, button, fill, h, icon, type Choice } from "./dom";
import { RowForm } from "./form";
import { Store, type Column, type Typed } from "./store";
import { drawSaved, Wire, type Line, type Message, type Model } from "./wire";

export class RecordView {
  private readonly store = new Store();
  private readonly wire: Wire;
  private form: RowForm | null = null;
  private id: string | null = null;
  private line: Line = "idle";
  private readonly head = h("header", { class: "pk-head pk-find-head" });
  private readonly saved = h("span", { class: "pk-saved", role: "status" });
  private readonly body = h("div", { class: "pk-record" });
  private readonly sorry = h("div", { class: "pk-alert", role: "alert" });

  constructor(
    model: Model,
    private readonly el: HTMLElement,
  ) {
    this.wire = new Wire(
      model,
      (m, mine) => this.heard(m, mine),
      (line) => {
        this.line = line;
        drawSaved(this.saved, this.line, this.store.state.saved);
      },
    );
    el.append(this.head, this.body, this.sorry);
    void this.wire.send("open");
  }

  private heard(message: Message, mine: boolean): void {
    if (message.op === "state") this.load(message);
    else if (message.op === "patch") {
      this.store.patch(message);
      if (message.focus && mine) this.id = message.focus;
      this.refresh();
    } else if (message.op === "ask" && mine) ask(this.el, message.question, message.choices, (c) => this.answered(c));
    else if (message.op === "sorry" && mine) this.say(message.sentence);
  }

  private load(state: Message): void {
    const { store } = this;
    store.load(state);
    this.form?.close();
    this.form = new RowForm(store, (id, column, typed, seen) => void this.save(id, column, typed, seen));
    const undo = (op: string, text: string): HTMLElement =>
      button(text, op, () => void this.wire.send(op), { class: "pk-btn pk-slim", "aria-label": text, "data-op": op });
    fill(
      this.head,
      h("div", {}, h("h3", {}, state.title ?? ""), state.help && h("p", { class: "pk-help" }, state.help)),
      h("span", { class: "pk-gap" }),
      !state.readonly && undo("undo", "Undo"),
      !state.readonly && undo("redo", "Redo"),
      this.saved,
    );
    fill(this.body, this.form.el);
    this.refresh();
  }

  private refresh(): void {
    const { store } = this;
    if (!this.id || !store.rows.has(this.id))
      this.id = store.state.id && store.rows.has(store.state.id) ? store.state.id : (store.order[0] ?? null);
    this.form?.show(this.id);
    for (const b of this.head.querySelectorAll<HTMLButtonElement>("[data-op]")) {
      const text = store.state[b.dataset.op as string];
      b.disabled = !text;
      b.title = text ?? `Nothing to ${b.dataset.op}`;
    }
    drawSaved(this.saved, this.line, this.store.state.saved);
  }

  private async save(id: string | null, column: Column, typed: Typed, seen: string): Promise<void> {
    this.say("");
    if (!id) {
      await this.wire.send("add", {
        values: { [column.field]: typed.text },
        picked: typed.picked && { [column.field]: typed.picked },
        parent: null,
      });
      return;
    }
    const at = { id, field: column.field };
    this.store.expect(at, typed.text);
    const answer = await this.wire.send("set", { ...at, ...typed, seen });
    this.store.settle(at, typed.text, answer.op === "sorry" ? answer.sentence : null);
    this.refresh();
  }

  private answered(choice: Choice): void {
    if (!choice.send) {
      this.refresh();
      return;
    }
    const { op, ...body } = choice.send as { op: string };
    void this.wire.send(op, body);
  }

  private say(sentence: string): void {
    fill(this.sorry, sentence && icon("error"), sentence && h("span", {}, sentence));
  }

  destroy(): void {
    this.wire.close();
    this.form?.close();
  }
}
