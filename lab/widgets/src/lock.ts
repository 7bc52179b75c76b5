/** The lock of a workbook with a passphrase: asked before anything else is shown, changed or closed later. */

import { button, fill, h, uid } from "./dom";
import type { Message, Wire } from "./wire";

interface Lock {
  locked: boolean;
  is_new: boolean;
  file: string;
  hint: string;
}

function entry(label: string, key: string, kind: "current-password" | "new-password"): [HTMLElement, HTMLInputElement] {
  const id = uid();
  const input = h("input", { id, type: "password", class: "pk-input", autocomplete: kind, "data-key": key });
  return [h("p", { class: "pk-lock-line" }, h("label", { for: id }, label), input), input];
}

/** One or two fields and a button; `op` goes to the kernel with what was typed. */
function form(wire: Wire, op: string, twice: boolean, label: string): HTMLElement {
  const [first, one] = entry(twice ? "New passphrase" : "Passphrase", `${op}-one`, twice ? "new-password" : "current-password");
  const [second, two] = entry("The same again", `${op}-two`, "new-password");
  const done = h("p", { class: "pk-quiet", role: "status" });
  const send = async (): Promise<void> => {
    const answer = await wire.send(op, { passphrase: one.value, ...(twice && { again: two.value }) });
    if (answer.op === "state") one.value = two.value = "";
    fill(done, answer.op === "state" && op === "passphrase" && "Changed: the file opens with the new passphrase only.");
  };
  return h(
    "form",
    {
      class: "pk-lock-form",
      onsubmit: (event: Event) => {
        event.preventDefault();
        void send();
      },
      onkeydown: (event: KeyboardEvent) => {
        if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
        event.preventDefault(); // JupyterLab keeps Enter from sending a form
        void send();
      },
    },
    first,
    twice && second,
    h("button", { type: "submit", class: "pk-btn pk-primary", "data-key": `${op}-go` }, label),
    done,
  );
}

/** Hide the rest of the page while locked, and say what to do. */
export function lock(el: HTMLElement, wire: Wire, state: Message): HTMLElement | null {
  const it = state.lock as Lock | null | undefined;
  el.closest(".jp-Notebook")?.classList.toggle("pk-is-locked", Boolean(it?.locked));
  if (!it) return null;
  if (!it.locked)
    return h(
      "details",
      { class: "pk-lock-open", "data-key": "lock" },
      h("summary", { "data-key": "lock-s" }, `${it.file} is encrypted and open in this session`),
      button("Lock now", "close", () => void wire.send("lock"), { "data-key": "lock-now" }),
      form(wire, "passphrase", true, "Change the passphrase"),
    );
  return h(
    "section",
    { class: "pk-lock", "aria-label": "Locked" },
    h("h3", {}, it.is_new ? "Choose a passphrase for this step" : "This step is locked"),
    h(
      "p",
      {},
      it.is_new
        ? "What is written here about teams and people goes into an encrypted file of its own beside the plan. It opens with this passphrase only: at least 12 characters, for example four words. Nobody can recover it, so keep it where you keep keys."
        : `${it.file} is encrypted and opens with its passphrase only. It is asked again in each session and never stored.`,
    ),
    form(wire, "unlock", it.is_new, it.is_new ? "Begin" : "Open"),
    it.hint && !it.is_new && h("p", { class: "pk-quiet" }, "The illustrative sample opens with: ", h("code", {}, it.hint)),
  );
}
