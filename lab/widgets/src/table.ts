/** The table view: toolbar, sheet, line to add rows, drawer, and the talk with the kernel about them. */

import { Adder } from "./adder";
import { columnChooser } from "./chooser";
import { ask, button, fill, h, icon, popover, type Choice } from "./dom";
import { Drawer } from "./drawer";
import { explain, explainAgain, explainNoMore } from "./explain";
import { Sheet, type Place } from "./sheet";
import { key, Store, type Typed } from "./store";
import { drawSaved, Wire, type Line, type Message, type Model } from "./wire";

type Body = Record<string, unknown>;

export class TableView {
  private readonly store = new Store();
  private readonly wire: Wire;
  private sheet: Sheet | null = null;
  private adder: Adder | null = null;
  private drawer: Drawer | null = null;
  private shown: string[] = [];
  private line: Line = "idle";
  private sorry = "";
  private buttons: Record<string, HTMLButtonElement> = {};
  private closeChooser: (() => void) | null = null;
  private readonly head = h("header", { class: "pk-head" });
  private readonly bar = h("div", { class: "pk-bar", role: "toolbar" });
  private readonly count = h("span", { class: "pk-count", role: "status" });
  private readonly people = h("span", { class: "pk-people" });
  private readonly saved = h("span", { class: "pk-saved", role: "status" });
  private readonly split = h("div", { class: "pk-split" });
  private readonly main = h("div", { class: "pk-table-main" });
  private readonly empty = h("div", { class: "pk-empty" });
  private readonly alert = h("div", { class: "pk-alert", role: "alert" });
  /** What the checks advise about the cell typed last: said at once, below the table, and never in the way. */
  private readonly advice = h("p", { class: "pk-advice", role: "status" });
  private typed: Place | null = null;

  constructor(
    model: Model,
    private readonly el: HTMLElement,
  ) {
    this.wire = new Wire(
      model,
      (message, mine) => this.heard(message, mine),
      (line) => {
        this.line = line;
        this.drawStatus();
      },
    );
    el.append(this.head, this.bar, this.split);
    el.addEventListener("keydown", (e) => this.keys(e));
    void this.wire.send("open");
  }

  // ---- from the kernel -------------------------------------------------------------------------------------

  private heard(message: Message, mine: boolean): void {
    if (message.op === "state") this.load(message);
    else if (message.op === "patch") void this.patch(message, mine);
    else if (message.op === "ask" && mine) ask(this.el, message.question, message.choices, (c) => this.answered(c));
    else if (message.op === "sorry" && mine) {
      this.sorry = message.sentence;
      this.drawAlert();
    }
  }

  private load(state: Message): void {
    const { store } = this;
    const had = this.sheet?.el.contains(document.activeElement) ?? false;
    const was = this.sheet?.active ?? null;
    const open = this.drawer?.id ?? null;
    this.sheet?.destroy();
    store.load(state);
    this.drawer?.close();
    const chosen = (state.shown as string[] | null | undefined)?.filter((f) => store.column(f));
    this.shown = chosen?.length ? chosen : store.columns.filter((c) => c.essential !== false).map((c) => c.field);
    const at = was && store.rows.has(was.id) && this.shown.includes(was.field) ? was : null;
    const sheet = (this.sheet = this.makeSheet(at));
    this.adder = new Adder({
      store,
      fields: () => this.shown,
      active: () => sheet.active?.id ?? null,
      add: (field, typed, parent) => this.add(field, typed, parent),
      paste: (fields, cells) => void this.paste([], fields, cells),
      up: () => sheet.focus(),
    });
    this.drawer = new Drawer(
      store,
      (id, column, typed, seen) => id && void this.set({ id, field: column.field }, typed, seen),
      (by) => this.step(by),
      () => sheet.focus(),
      (id) => explain(this.wire, id),
    );
    fill(this.head, state.title && h("h3", {}, state.title), state.help && h("p", { class: "pk-help" }, state.help));
    fill(this.main, this.empty, sheet.el, this.adder.el, this.advice, this.alert);
    fill(this.split, this.main, this.drawer.el);
    this.drawBar();
    this.drawer.show(open);
    this.refresh();
    if (had) setTimeout(() => sheet.focus());
  }

  private makeSheet(at: Place | null): Sheet {
    return new Sheet(
      this.store,
      this.shown,
      {
        set: (to, typed, seen) => void this.set(to, typed, seen),
        paste: (ids, fields, cells) => void this.paste(ids, fields, cells),
        undo: () => this.send("undo"),
        redo: () => this.send("redo"),
        remove: (ids) => this.remove(ids),
        open: (id) => this.drawer?.show(id, true),
        below: () => this.adder?.focus(),
        moved: (to) => this.moved(to),
      },
      at,
    );
  }

  private async patch(patch: Message, mine: boolean): Promise<void> {
    const { store } = this;
    const { touched, moved } = store.patch(patch);
    this.refresh();
    await this.sheet?.refresh(touched, moved);
    if (patch.focus && mine && store.rows.has(patch.focus))
      await this.sheet?.go({ id: patch.focus, field: store.labelField }, true);
  }

  /** Draw everything around the sheet. */
  private refresh(): void {
    const { state, order } = this.store;
    for (const name of ["undo", "redo"]) {
      const b = this.buttons[name];
      if (b) b.disabled = !state[name];
      if (b) b.title = state[name] ?? `Nothing to ${name}`;
    }
    this.empty.hidden = order.length > 0;
    if (this.sheet) this.sheet.el.hidden = !order.length;
    if (!order.length) fill(this.empty, icon("columns"), h("p", {}, state.empty ?? `No ${state.nouns ?? "rows"} yet.`));
    if (this.store.problems.size) this.sorry = "";
    this.drawStatus();
    this.drawAlert();
    this.drawAdvice();
    this.drawer?.refresh();
    explainAgain(this.wire);
  }

  // ---- to the kernel ---------------------------------------------------------------------------------------

  private send(op: string, body: Body = {}): void {
    void this.wire.send(op, body);
  }

  private async set(at: Place, typed: Typed, seen = this.store.text(at.id, at.field)): Promise<void> {
    const { store } = this;
    this.sorry = "";
    this.typed = at;
    store.expect(at, typed.text);
    this.sheet?.redraw(at.id);
    const answer = await this.wire.send("set", { ...at, ...typed, seen });
    store.settle(at, typed.text, answer.op === "sorry" ? answer.sentence : null);
    this.sheet?.redraw(at.id);
    this.refresh();
  }

  private async paste(ids: string[], fields: string[], cells: string[][]): Promise<void> {
    const { pending } = this.store;
    const covered = ids.flatMap((id, r) => fields.map((field, c) => [key(id, field), cells[r][c]] as const));
    for (const [where, text] of covered) pending.set(where, text);
    this.sheet?.redraw(...ids);
    await this.wire.send("paste", { ids, fields, cells });
    for (const [where] of covered) pending.delete(where);
    this.sheet?.redraw(...ids);
  }

  private async add(field: string, { text, picked }: Typed, parent: string | null): Promise<Message> {
    this.sorry = "";
    const answer = await this.wire.send("add", { values: { [field]: text }, picked: picked && { [field]: picked }, parent });
    if (answer.focus) this.typed = { id: answer.focus, field };
    return answer;
  }

  private remove(ids: string[]): void {
    if (ids.length && !this.store.state.readonly) this.send("remove", { ids });
  }

  private answered(choice: Choice): void {
    if (!choice.send) return;
    const { op, ...body } = choice.send as { op: string } & Body;
    this.send(op, body);
  }

  // ---- toolbar ---------------------------------------------------------------------------------------------

  private drawBar(): void {
    const { state } = this.store;
    const [noun, nouns] = [state.noun ?? "row", state.nouns ?? "rows"];
    const make = (name: string, text: string, f: () => void, props: Body = {}): HTMLButtonElement =>
      (this.buttons[name] = button(text, name, f, props));
    const back = (name: "undo" | "redo", text: string, letter: string): HTMLButtonElement =>
      make(name, text, () => this.send(name), {
        class: "pk-btn pk-slim",
        "aria-label": text,
        "aria-keyshortcuts": `Control+${letter}`,
      });
    const add = { class: "pk-btn pk-primary" };
    const open = { title: `Open the selected ${noun} as a form (Shift and Enter)` };
    const remove = { title: `Remove the selected ${nouns}` };
    const columns = { "aria-haspopup": "true", "aria-expanded": "false" };
    this.buttons = {};
    this.bar.setAttribute("aria-label", `${state.title || noun} tools`);
    fill(
      this.bar,
      !state.readonly && state.can_add !== false && make("add", `Add ${noun}`, () => this.adder?.focus(), add),
      make("open", "Open", () => this.drawer?.show(this.sheet?.active?.id ?? null, true), open),
      !state.readonly && make("remove", "Remove", () => this.remove(this.sheet?.selected ?? []), remove),
      !state.readonly && back("undo", "Undo", "Z"),
      !state.readonly && back("redo", "Redo", "Y"),
      make("columns", "Columns", () => this.chooser(), columns),
      h("span", { class: "pk-with pk-search" }, icon("search"), this.filter(nouns)),
      this.count,
      h("span", { class: "pk-gap" }),
      this.people,
      this.saved,
    );
    this.moved(this.sheet?.active ?? null);
  }

  private filter(nouns: string): HTMLInputElement {
    this.count.textContent = "";
    const input = h("input", {
      class: "pk-input pk-filter",
      type: "search",
      placeholder: "Filter",
      "aria-label": `Filter ${nouns}`,
      oninput: () => {
        const found = this.sheet?.filter(input.value) ?? 0;
        this.count.textContent = input.value.trim() ? `${found} of ${this.store.order.length}` : "";
      },
    });
    return input;
  }

  private chooser(): void {
    if (this.closeChooser) {
      this.closeChooser();
      return;
    }
    const box = columnChooser(this.store, this.shown, (fields) => {
      this.shown = fields;
      this.sheet?.columns(fields);
      this.send("view", { columns: fields });
    });
    this.closeChooser = popover(this.buttons.columns, box, () => (this.closeChooser = null));
    box.querySelector<HTMLElement>("input:not(:disabled)")?.focus();
  }

  private moved(at: Place | null): void {
    for (const name of ["open", "remove"]) if (this.buttons[name]) this.buttons[name].disabled = !at;
    this.adder?.draw();
    if (this.drawer?.id && at && at.id !== this.drawer.id) this.drawer.show(at.id);
  }

  private step(by: number): void {
    const ids = this.sheet?.order() ?? [];
    const next = ids[ids.indexOf(this.drawer?.id ?? "") + by];
    if (next) void this.sheet?.go({ id: next, field: this.store.labelField });
  }

  private drawStatus(): void {
    const { saved, people_here: people } = this.store.state;
    drawSaved(this.saved, this.line, saved);
    fill(this.people, ...((people ?? []) as string[]).slice(0, 3).map((one) => h("span", { class: "pk-tag" }, one)));
  }

  private drawAdvice(): void {
    const marks = (this.typed && this.store.marks.get(key(this.typed.id, this.typed.field))) || [];
    const said = marks.filter((one) => one.severity !== "error").map((one) => one.sentence);
    if (this.advice.textContent !== said.join("")) fill(this.advice, ...said.map((one) => h("span", {}, one)));
  }

  private drawAlert(): void {
    const { store, alert } = this;
    const [first, ...more] = store.problems.values();
    const text = first ? `${first.sentence} ${more.length}` : this.sorry;
    if (text === (alert.dataset.text ?? "")) return;
    alert.dataset.text = text;
    if (!first) {
      fill(alert, text && icon("error"), text && h("span", {}, text));
      return;
    }
    const go = (): void => void this.sheet?.go(first).then(() => this.sheet?.focus());
    const keep = (): void => void this.set(first, { text: store.text(first.id, first.field) });
    fill(
      alert,
      icon("error"),
      h("span", {}, first.sentence),
      button("Go to the cell", null, go),
      store.rows.has(first.id) && button("Keep what was stored", null, keep),
      more.length > 0 && h("span", { class: "pk-quiet" }, `and ${more.length} more`),
    );
  }

  /** Undo works from anywhere in the view, except where an input has its own. */
  private keys(e: KeyboardEvent): void {
    if (!e.ctrlKey && !e.metaKey) return;
    const name = e.key.toLowerCase();
    if (name === "s") e.preventDefault(); // everything is saved already
    if ((name !== "z" && name !== "y") || (e.target as Element).matches("input, textarea")) return;
    e.preventDefault();
    this.send(name === "y" || e.shiftKey ? "redo" : "undo");
  }

  destroy(): void {
    this.sheet?.destroy();
    explainNoMore(this.wire);
    this.wire.close();
    this.drawer?.close();
    this.closeChooser?.();
  }
}
