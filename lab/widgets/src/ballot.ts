/** Silent votes: who has voted, the reveal, and another round. A vote itself never comes here before the reveal. */

import { ask, button, fill, h, icon } from "./dom";
import { Part } from "./part";

interface State {
  title: string;
  help: string;
  command: string;
  voters: { name: string; done: boolean; filled: number }[];
  ready: number;
  revealed: string;
}

export class Ballot extends Part {
  protected draw(): void {
    const { title, help, command, voters, ready, revealed } = this.state as unknown as State;
    const again = (): HTMLElement =>
      button("Begin a new round", "again", () => this.begin(voters.length), { class: "pk-btn", "data-key": "again" });
    fill(
      this.body,
      h(
        "section",
        { class: "pk-ballot", "aria-label": title },
        h("div", { class: "pk-head" }, h("h3", {}, title), h("p", { class: "pk-help" }, help)),
        revealed
          ? h("p", {}, `The votes were revealed on ${revealed} (UTC). They are in the plan now, with names.`)
          : voters.length
            ? h("p", { role: "status" }, `${ready} of ${voters.length} who began have voted on everything.`)
            : h(
                "p",
                {},
                "Nobody has voted yet. For votes from everybody's own phone, write in a terminal in this folder: ",
                h("code", {}, command),
                ". Or enter the scores yourself in the table below.",
              ),
        h(
          "ul",
          { class: "pk-lights pk-voters" },
          ...voters.map((one) =>
            h(
              "li",
              { class: one.done ? "pk-is-done" : "pk-is-dark" },
              icon(one.done ? "ok" : "progress"),
              h("span", {}, one.name),
              h(
                "span",
                { class: one.done ? "pk-hidden" : "pk-quiet" },
                one.done ? "has voted" : `${one.filled} given so far`,
              ),
            ),
          ),
        ),
        h(
          "div",
          { class: "pk-ask-row" },
          !revealed &&
            voters.length > 0 &&
            button("Reveal all votes", null, () => this.reveal(voters.length, ready), {
              class: "pk-btn pk-primary",
              "data-key": "reveal",
            }),
          (revealed || voters.length > 0) && again(),
        ),
      ),
    );
  }

  private reveal(all: number, ready: number): void {
    const send = (): void => void this.wire.send("reveal");
    if (all === ready) return send();
    ask(
      this.el,
      `${all - ready} of ${all} have not voted on everything yet. Reveal what there is?`,
      [{ label: "Reveal now", send: {} }, { label: "Wait" }],
      (choice) => choice.send && send(),
    );
  }

  private begin(sealed: number): void {
    ask(
      this.el,
      sealed
        ? `Throw away the sealed votes of ${sealed} and let everybody vote again? Nobody will ever see them.`
        : "Let everybody vote again? When the new votes are revealed they replace those of the same people.",
      [{ label: "Begin a new round", send: {} }, { label: "Leave it" }],
      (choice) => choice.send && void this.wire.send("again"),
    );
  }
}
