/** The tables of a step that open on demand: a closed line for each, its grid when it is opened. */

import { fill, h, icon } from "./dom";
import { Part } from "./part";
import { TableView } from "./table";
import type { Message, Model } from "./wire";

interface Entry {
  name: string;
  title: string;
  help?: string;
  count: number;
}
type Manager = { get_model(id: string): Promise<Model> };

export class More extends Part {
  private readonly open = new Map<string, { box: HTMLElement; view?: TableView }>();

  protected draw(): void {
    const tables = (this.state.tables ?? []) as Entry[];
    fill(
      this.body,
      tables.length > 0 &&
        h(
          "section",
          { class: "pk-section" },
          h("h3", {}, "More, when you need it"),
          ...tables.map((t) => this.line(t)),
        ),
    );
  }

  private line(t: Entry): HTMLElement {
    const kept = this.open.get(t.name) ?? { box: h("div", { class: "pk pk-inner" }) };
    this.open.set(t.name, kept);
    const line = h(
      "details",
      {
        class: "pk-more-table",
        "data-key": t.name,
        ontoggle: () => {
          if (line.open && !kept.view) void this.show(t.name, kept);
        },
      },
      h(
        "summary",
        { "data-key": `${t.name}-s` },
        icon("right"),
        h("strong", {}, t.title),
        h("span", { class: "pk-quiet" }, t.count ? `${t.count}` : "empty"),
        h("span", { class: "pk-quiet pk-more-help" }, t.help ?? ""),
      ),
      kept.box,
    );
    line.open = t.count > 0 && !this.state.closed && Boolean(kept.view);
    return line;
  }

  private async show(name: string, kept: { box: HTMLElement; view?: TableView }): Promise<void> {
    const answer: Message = await this.wire.send("show", { name });
    if (answer.op !== "show" || kept.view) return;
    const manager = (this.model as unknown as { widget_manager: Manager }).widget_manager;
    kept.view = new TableView(await manager.get_model(answer.model), kept.box);
  }

  override destroy(): void {
    for (const { view } of this.open.values()) view?.destroy();
    super.destroy();
  }
}
