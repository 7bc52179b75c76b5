/* Keeps each answer on this device at once and sends it until it is acknowledged, once. Pages work without it. */
"use strict";
(() => {
  const KEPT = "planning-kit-answers", TAKEN = "planning-kit-taken";
  let memory = null; // what a device without storage, or with a full one, keeps only as long as this page is open
  const read = () => { try { return JSON.parse(localStorage.getItem(KEPT)) || []; } catch { return []; } };
  const write = (all) => { try { localStorage.setItem(KEPT, JSON.stringify(all)); memory = null; } catch { memory = all; } };
  const kept = () => memory || read();
  const me = () => document.querySelector(".me")?.textContent || "";
  const mine = () => kept().filter((a) => a.who === me());
  const status = () => document.querySelector(".status");
  const say = (text, kind = "") => { const s = status(); if (s) { s.textContent = text; s.className = `status ${kind}`; } };
  const fresh = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
  const replaces = (one, other) => one.whole && one.path === other.path && one.who === other.who;

  /* An answer: where it goes, what it says, and an identity made here. One to the same place with `whole` replaces it. */
  function keep(form, button) {
    const data = new FormData(form);
    if (button?.name) data.append(button.name, button.value);
    const answer = { id: fresh(), who: me(), path: form.getAttribute("action"), whole: form.dataset.send === "whole", body: [...data] };
    write([...kept().filter((a) => !replaces(answer, a)), answer]);
    return answer.id;
  }

  /* What is typed but cannot be taken (`unkept`), and what waits, is newer than any reply: nothing is called saved then. */
  let busy = false, unkept = false, wait = 500, timer = 0, typing = 0;
  const done = new Map();
  async function send() {
    clearTimeout(typing);
    if (busy) return;
    busy = true;
    clearTimeout(timer);
    let told = null, why = "No connection.";
    try {
      for (let all = mine(); all.length; all = mine()) {
        const [answer] = all;
        say(`Sending ${all.length === 1 ? "your answer" : `${all.length} answers`} …`, "waiting");
        const body = new URLSearchParams(answer.body.filter(([name]) => !["_key", "_answer"].includes(name)));
        body.set("_answer", answer.id);
        body.set("_key", document.querySelector("[name=_key]")?.value || "");
        const how = { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error", keepalive: true };
        const reply = await fetch(answer.path, { ...how, signal: AbortSignal.timeout(15_000) });
        if (reply.status === 429 || reply.status >= 500) { why = "The workshop is busy."; throw reply; }
        const { sentence } = await reply.json();
        told = told?.ok === false ? told : { ok: reply.ok, sentence };
        if (reply.status === 403) break; // the seat is refused, not the answer: it waits for a name to be picked again
        try { localStorage.setItem(TAKEN, Date.now()); } catch { /* then nothing outlives this page either */ }
        write(kept().filter((a) => a.id !== answer.id));
        wait = 500;
        if (mine().some((a) => replaces(a, answer))) told = null;
        done.get(answer.id)?.(reply.ok, sentence);
        done.delete(answer.id);
      }
      if (told) say(told.ok && unkept ? "Not saved yet." : told.sentence, told.ok ? "good" : "bad");
    } catch {
      const many = mine().length;
      const how = memory ? "kept while this page is open" : "kept here";
      say(`${why} ${many === 1 ? "Your answer is" : `${many} answers are`} ${how} and sent again.`, "waiting");
      timer = setTimeout(send, wait);
      wait = Math.min(wait * 2, 8000);
    } finally {
      busy = false;
    }
  }

  function count() {
    const out = document.querySelector("output[data-fields]");
    if (!out) return;
    const form = out.closest("form");
    const total = Number(out.dataset.total);
    const values = [...new FormData(form)].filter(([name, value]) => name[0] !== "_" && value !== "").map(([, value]) => Number(value));
    const sum = values.reduce((a, b) => a + b, 0);
    out.textContent = total ? `${Math.round(sum * 100) / 100} of ${total}` : `${values.length} of ${out.dataset.fields}`;
    out.classList.toggle("over", total > 0 && sum > total);
  }

  document.addEventListener("input", (e) => {
    const form = e.target.closest("form[data-send=whole]");
    if (!form || !form.querySelector("output")) return;
    count();
    clearTimeout(typing);
    unkept = !form.checkValidity();
    say(unkept ? "Not saved yet." : "Saving …", "waiting");
    if (!unkept) keep(form);
    typing = setTimeout(() => { form.reportValidity(); void send(); }, 350);
  });
  document.addEventListener("submit", (e) => {
    const form = e.target.closest("form[data-send]");
    if (!form) return;
    e.preventDefault();
    unkept = false;
    const id = keep(form, e.submitter);
    if (form.dataset.send === "each") next(form, id);
    void send();
  });
  /* The next thing at once, also without a connection; what is refused comes back with its sentence. */
  function next(form, id) {
    const before = [...new FormData(form)];
    follow(form, id, before);
    if (form.dataset.then === "next") {
      const following = document.querySelector("form[data-then=next]:not(.answered)");
      (following?.querySelector("input:not([type=hidden]), select, textarea") || following?.querySelector("button"))?.focus();
    } else {
      form.reset();
      form.querySelector("input:not([type=hidden]), textarea, select")?.focus();
    }
  }
  function follow(form, id, before) {
    const refused = form.querySelector(".refused");
    refused.textContent = "";
    form.classList.toggle("answered", form.dataset.then === "next");
    done.set(id, (ok, sentence) => {
      if (ok) { if (form.dataset.then === "again") list(before); return; }
      form.classList.remove("answered");
      refused.textContent = sentence;
      for (const [name, value] of before) { const field = form.elements.namedItem(name); if (field && !field.value) field.value = value; }
    });
  }
  /* What this device said last and could not send yet stands in the page again, so that the next entry does not undo it. */
  function restore(answer) {
    const form = [...document.querySelectorAll("form[data-send]")].find((one) => one.getAttribute("action") === answer.path);
    if (!form) return;
    if (!answer.whole) { follow(form, answer.id, answer.body); return; }
    const fields = [...form.elements].filter((one) => one.name && one.name[0] !== "_");
    for (const field of fields) {
      const values = answer.body.filter(([name]) => name === field.name).map(([, value]) => value);
      if (["radio", "checkbox"].includes(field.type)) field.checked = values.includes(field.value);
      else field.value = values[0] ?? "";
    }
  }
  /* An answer taken while this page was on its way may be missing in it, and the next entry would undo it. */
  function outdated() {
    try {
      const taken = Number(localStorage.getItem(TAKEN));
      localStorage.removeItem(TAKEN); // asked once: a clock that was set back must not load the page for ever
      return taken > performance.timeOrigin;
    } catch { return false; }
  }
  function list(entries) {
    const item = document.createElement("li");
    item.textContent = entries.filter(([name]) => name[0] !== "_")[0]?.[1] || "";
    document.querySelector(".sent")?.prepend(item);
    document.querySelector("[data-sent]")?.removeAttribute("hidden");
  }

  /* What others do is seen after some seconds: the server draws, the parts marked as live are exchanged. */
  async function look() {
    try {
      const reply = await fetch(location.pathname, { headers: { Accept: "text/html" } });
      if (!reply.ok) return;
      const next = new DOMParser().parseFromString(await reply.text(), "text/html");
      const [mine, theirs] = [document, next].map((d) => [...d.querySelectorAll("[data-live]")]);
      if (mine.some((one, i) => one.dataset.state !== theirs[i]?.dataset.state)) { location.reload(); return; }
      mine.forEach((one, i) => { if (!one.contains(document.activeElement) && !one.isEqualNode(theirs[i])) one.replaceWith(document.adoptNode(theirs[i])); });
    } catch { /* no connection: the next look may have one */ }
  }
  const live = document.querySelector("[data-live]");
  if (live) setInterval(look, Number(live.dataset.live) * 1000);
  addEventListener("online", () => { wait = 500; void send(); });
  addEventListener("pagehide", () => void send());
  document.addEventListener("visibilitychange", () => void send());
  if (outdated()) { location.reload(); return; }
  mine().forEach(restore);
  count();
  if (matchMedia("(pointer: fine)").matches) document.querySelector("form[data-then=next]:not(.answered)")?.querySelector("input:not([type=hidden]), select, textarea, button")?.focus();
  void send();
})();
