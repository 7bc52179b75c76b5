/** planning-kit's widgets: one bundle, one function, one view for each kind of screen. */

import "./style.css";
import { Agenda } from "./agenda";
import { BoardView } from "./board";
import { Ballot } from "./ballot";
import { Findings } from "./findings";
import { Header } from "./header";
import { InboxView } from "./inbox";
import { More } from "./more";
import { Schedules } from "./schedules";
import { Next } from "./next";
import { Overview } from "./overview";
import { PairsView } from "./pairs";
import { Picture } from "./picture";
import { PivotView } from "./pivot";
import { RecordView } from "./record";
import { TableView } from "./table";
import { Study } from "./study";
import { TimelineView } from "./timeline";
import type { Model } from "./wire";

interface View {
  destroy(): void;
}

const VIEWS: Record<string, new (model: Model, el: HTMLElement) => View> = {
  header: Header,
  overview: Overview,
  table: TableView,
  timeline: TimelineView,
  record: RecordView,
  board: BoardView,
  pairs: PairsView,
  more: More,
  findings: Findings,
  agenda: Agenda,
  picture: Picture,
  pivot: PivotView,
  next: Next,
  ballot: Ballot,
  inbox: InboxView,
  study: Study,
  schedules: Schedules,
};

/** Draw a screen of the given kind into `el`; returns how to take it down. */
export function render({ model, el, kind }: { model: Model; el: HTMLElement; kind: string }): () => void {
  el.replaceChildren();
  el.classList.add("pk", `pk-kind-${kind}`);
  const View = VIEWS[kind];
  if (!View) throw new Error(`There is no screen of the kind “${kind}”.`);
  const view = new View(model, el);
  return () => view.destroy();
}
