/** My updates: everything that is due from one person, answered one after another without touching the mouse. */

import { control, type Control } from "./controls";
import { ask, button, fill, h, icon, uid } from "./dom";
import { Part } from "./part";
import type { Column, Option } from "./store";
import { drawSaved, type Line, type Message } from "./wire";

interface Item {
  id: string;
  label: string;
  due: string;
  late: boolean;
  told: string;
  values: Record<string, string>;
  seen: Record<string, string>;
}
interface List {
  name: string;
  title: string;
  fields: Column[];
  /** The words of each button, and whether it sets nothing but what was typed. */
  answers: [words: string, plain: boolean][];
  items: Item[];
}
interface State {
  person: string;
  people: [string, string][];
  name: string;
  all: number;
  done: number;
  saved: string;
  readonly: boolean;
  lists: List[];
}

/** One thing that is due, with what is being typed about it. */
class Due {
  readonly el: HTMLElement;
  readonly controls = new Map<string, Control>();
  sent = false;
  private readonly before: string;
  private readonly note = h("p", { class: "pk-note", role: "alert" });

  constructor(
    readonly list: List,
    readonly item: Item,
    readonly key: string,
    private readonly answer: (due: Due, words: string) => void,
    move: (due: Due, down: number) => boolean,
  ) {
    const title = uid("pk-due");
    const fields = list.fields.map((column) => this.field(column, title));
    const buttons = list.answers.map(([words], i) =>
      button(words, null, () => answer(this, words), {
        class: `pk-btn${i ? "" : " pk-primary"}`,
        "aria-describedby": title,
        "data-key": `${key}/${i}`,
      }),
    );
    this.el = h(
      "div",
      { class: "pk-due", role: "group", "aria-labelledby": title },
      h(
        "div",
        { class: "pk-due-what" },
        h("p", { id: title }, h("b", {}, item.label)),
        item.due &&
          h(
            "p",
            { class: item.late ? "pk-badge pk-is-warning" : "pk-quiet" },
            item.late && icon("warning"),
            `Due ${item.due}${item.late ? ", late" : ""}`,
          ),
        item.told && h("p", { class: "pk-quiet" }, item.told),
      ),
      h("div", { class: "pk-due-asked" }, ...fields, h("div", { class: "pk-due-acts" }, ...buttons)),
      this.note,
    );
    this.el.addEventListener("keydown", (e) => this.pressed(e, move));
    this.before = this.text;
  }

  private field(column: Column, title: string): HTMLElement {
    const options = (): Option[] => (column.choices ?? []).map(([value, label]) => ({ value, label }));
    const made = control(column, options, false, () => undefined);
    const label = uid("pk-f");
    const value = this.item.values[column.field] ?? "";
    made.write(value, value ? [{ value, label: value }] : []);
    made.input.id = uid("pk-i");
    made.input.setAttribute("aria-labelledby", `${label} ${title}`);
    made.input.setAttribute("data-key", `${this.key}/${column.field}`);
    made.input.title = column.help ?? "";
    this.controls.set(column.field, made);
    return h(
      "div",
      { class: `pk-field pk-due-${column.kind}` },
      h("label", { id: label, for: made.input.id }, column.title, column.uom && h("span", { class: "pk-quiet" }, ` (${column.uom})`)),
      made.el,
    );
  }

  get typed(): Record<string, string> {
    const read = ([name, one]: [string, Control]): [string, string] => [name, one.read().picked?.[0] ?? one.read().text];
    return Object.fromEntries([...this.controls].map(read));
  }

  private get text(): string {
    return JSON.stringify(this.typed);
  }

  /** Whether something was typed that is not stored. */
  get dirty(): boolean {
    return this.text !== this.before;
  }

  focus(place = 0): void {
    const stops = this.stops;
    stops[Math.min(place, stops.length - 1)]?.focus();
    this.el.scrollIntoView({ block: "nearest" });
  }

  private get stops(): HTMLElement[] {
    return [...[...this.controls.values()].map((one) => one.input), ...this.buttons];
  }

  private get buttons(): HTMLElement[] {
    return [...this.el.querySelectorAll<HTMLElement>(".pk-due-acts button")];
  }

  say(sentence: string): void {
    fill(this.note, sentence && icon("error"), sentence && h("span", {}, sentence));
    this.note.classList.toggle("pk-is-error", sentence !== "");
    this.el.classList.toggle("pk-bad", sentence !== "");
  }

  /** Enter in a field saves where that is all there is to say; else it goes on to the buttons. */
  private pressed(e: KeyboardEvent, move: (due: Due, down: number) => boolean): void {
    const at = e.target as HTMLElement;
    const made = [...this.controls.values()].find((one) => one.input === at);
    if (e.isComposing || made?.key(e)) return made && !e.isComposing ? e.preventDefault() : undefined;
    const acts = this.buttons;
    const sideways = ["ArrowLeft", "ArrowRight"].indexOf(e.key);
    const down = ["ArrowUp", "", "ArrowDown"].indexOf(e.key) - 1;
    if (made && e.key === "Enter" && !e.shiftKey && !e.altKey) {
      const plain = this.list.answers.findIndex(([, one]) => one);
      if (plain === 0 || (plain > 0 && this.dirty)) this.answer(this, this.list.answers[plain][0]);
      else acts[0]?.focus();
    } else if (sideways >= 0 && acts.includes(at)) acts[acts.indexOf(at) + 2 * sideways - 1]?.focus();
    else if (Math.abs(down) !== 1 || e.altKey || at instanceof HTMLSelectElement || this.several(at) || !move(this, down))
      return;
    e.preventDefault();
  }

  /** In a text of several lines the arrows stay in the text. */
  private several(at: HTMLElement): boolean {
    return at instanceof HTMLTextAreaElement && at.value.includes("\n");
  }

  get place(): number {
    return Math.max(0, this.stops.indexOf(document.activeElement as HTMLElement));
  }
}

export class InboxView extends Part {
  /** What is on the screen, in order. */
  private dues: Due[] = [];
  private saved: HTMLElement | null = null;

  protected draw(): void {
    const { person, people, name, all, done, lists } = this.state as unknown as State;
    const who = h(
      "select",
      {
        class: "pk-input",
        "data-key": "person",
        onchange: () => {
          this.dues = [];
          void this.wire.send("person", { id: who.value });
        },
      },
      h("option", { value: "" }, "Choose a person"),
      ...people.map(([id, label]) => h("option", { value: id, selected: id === person }, label)),
    );
    const open = all - done;
    const empty = !people.length
      ? "Nobody is in the plan yet. Write who takes part into People on the first page."
      : !person
        ? "Choose whose updates these are: everything that is due from that person appears here."
        : !open && `Nothing${all ? " more" : ""} is due from ${name}. Thank you.`;
    this.saved = h("span", { class: "pk-saved", role: "status" });
    const groups = this.groups(lists);
    fill(
      this.body,
      h(
        "section",
        { class: "pk-inbox", "aria-label": "My updates" },
        h(
          "div",
          { class: "pk-bar" },
          people.length > 0 && h("label", { class: "pk-pick" }, "Updates of ", who),
          all > 0 && h("b", { class: "pk-count", role: "status", tabindex: -1, "data-key": "count" }, `${done} of ${all}`),
          all > 0 && h("progress", { max: all, value: done, "aria-label": "Answered" }),
          h("span", { class: "pk-gap" }),
          this.saved,
        ),
        empty && h("p", { class: "pk-quiet pk-due-none" }, empty),
        open > 0 &&
          h(
            "p",
            { class: "pk-help" },
            "Change what is not true any more. Enter saves and goes on, Tab goes to the next field, the arrows up and " +
              "down to the next line. Undo takes an answer back.",
          ),
        ...groups,
      ),
    );
    this.lineChanged("idle");
  }

  /** The lists with their lines; what is being typed stays as it is, also where somebody else was faster. */
  private groups(lists: List[]): HTMLElement[] {
    const old = new Map(this.dues.map((one) => [one.key, one]));
    const fresh = lists.flatMap((list) => list.items.map((item) => this.due(list, item, old)));
    const here = new Set(fresh.map((one) => one.key));
    const left = this.dues.filter((one) => !here.has(one.key) && one.dirty && !one.sent);
    const names = [...new Map([...lists, ...left.map((one) => one.list)].map((one) => [one.name, one.title]))];
    this.dues = names.flatMap(([name]) => [...left, ...fresh].filter((one) => one.list.name === name));
    return names.map(([name, title]) => {
      const heading = uid("pk-h");
      const some = this.dues.filter((one) => one.list.name === name);
      return h(
        "section",
        { "aria-labelledby": heading },
        h("h4", { id: heading }, title, h("span", { class: "pk-quiet" }, ` ${some.length}`)),
        ...some.map((one) => one.el),
      );
    });
  }

  private due(list: List, item: Item, old: Map<string, Due>): Due {
    const key = `${list.name}/${item.id}`;
    const there = old.get(key);
    if (there && (there.dirty || there.sent)) return there;
    return new Due(list, item, key, (due, words) => void this.answer(due, words, item.seen), this.move);
  }

  private readonly move = (due: Due, down: number): boolean => {
    const next = this.dues[this.dues.indexOf(due) + down];
    next?.focus(due.place);
    return next !== undefined;
  };

  /** Send an answer and go on at once; what is refused comes back with its sentence. */
  private async answer(due: Due, words: string, seen: Record<string, string>): Promise<void> {
    if (due.sent || this.state.readonly) return;
    due.say("");
    due.sent = true;
    const at = this.dues.indexOf(due);
    const next = this.dues[at + 1] ?? this.dues[at - 1];
    next?.focus();
    const about = { list: due.list.name, id: due.item.id };
    const reply = await this.wire.send("answer", { ...about, button: words, typed: due.typed, seen });
    due.sent = false;
    if (reply.op === "state") {
      if (!this.body.contains(document.activeElement)) this.start();
      return;
    }
    if (reply.op === "sorry") due.say(reply.sentence);
    if (!next?.dirty) due.focus();
    if (reply.op !== "ask") return;
    ask(this.el, reply.question, reply.choices, (choice) => {
      if (choice.send) return void this.answer(due, words, (choice.send as { seen: Record<string, string> }).seen);
      this.dues = this.dues.filter((one) => one !== due);
      void this.wire.send("open");
    });
  }

  /** Where the focus goes when its line is gone. */
  private start(): void {
    if (this.dues.length) this.dues[0].focus();
    else this.body.querySelector<HTMLElement>("[data-key=count]")?.focus();
  }

  /** What is refused is said at its line. */
  protected override heard(message: Message, mine: boolean): void {
    if (message.op !== "sorry" || !this.dues.some((one) => one.sent)) super.heard(message, mine);
  }

  protected override lineChanged(line: Line): void {
    super.lineChanged(line);
    if (this.saved) drawSaved(this.saved, line, this.state.saved);
  }
}
