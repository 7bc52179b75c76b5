/* Sends answers again until they are acknowledged, once; keeps them on this device meanwhile. Pages work without it. */
"use strict";
(() => {
  const KEPT = "planning-kit-answers";
  const read = () => { try { return JSON.parse(localStorage.getItem(KEPT)) || []; } catch { return []; } };
  const write = (all) => { try { localStorage.setItem(KEPT, JSON.stringify(all)); } catch { memory = all; } };
  let memory = null;
  const kept = () => memory || read();
  const status = () => document.querySelector(".status");
  const say = (text, kind = "") => { const s = status(); if (s) { s.textContent = text; s.className = `status ${kind}`; } };
  const fresh = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
  const me = () => document.querySelector(".me")?.textContent || "";

  /* An answer: where it goes, what it says, and an identity made here. One to the same place with `whole` replaces it. */
  function keep(form, button) {
    const data = new FormData(form);
    if (button?.name) data.append(button.name, button.value);
    const answer = { id: fresh(), who: me(), path: form.getAttribute("action"), whole: form.dataset.send === "whole", body: [...data] };
    write([...kept().filter((a) => !(answer.whole && a.path === answer.path && a.who === answer.who)), answer]);
    return answer.id;
  }

  let busy = false, wait = 500, timer = 0;
  const done = new Map();
  async function send() {
    if (busy) return;
    busy = true;
    clearTimeout(timer);
    try {
      for (let all = kept().filter((a) => a.who === me()); all.length; all = kept().filter((a) => a.who === me())) {
        const [answer] = all;
        say(`Sending ${all.length === 1 ? "your answer" : `${all.length} answers`} …`, "waiting");
        const body = new URLSearchParams(answer.body.filter(([name]) => !["_key", "_answer"].includes(name)));
        body.set("_answer", answer.id);
        body.set("_key", document.querySelector("[name=_key]")?.value || "");
        const reply = await fetch(answer.path, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error" });
        if (reply.status === 429 || reply.status >= 500) throw new Error(String(reply.status));
        const { sentence } = await reply.json();
        write(kept().filter((a) => a.id !== answer.id));
        wait = 500;
        say(sentence, reply.ok ? "good" : "bad");
        done.get(answer.id)?.(reply.ok, sentence);
        done.delete(answer.id);
      }
    } catch {
      const many = kept().length;
      say(`No connection. ${many === 1 ? "Your answer is" : `${many} answers are`} kept here and sent again.`, "waiting");
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

  let typing = 0;
  document.addEventListener("input", (e) => {
    const form = e.target.closest("form[data-send=whole]");
    if (!form || !form.querySelector("output")) return;
    count();
    say("");
    clearTimeout(typing);
    typing = setTimeout(() => { if (form.reportValidity()) { keep(form); void send(); } }, 350);
  });
  document.addEventListener("submit", (e) => {
    const form = e.target.closest("form[data-send]");
    if (!form) return;
    e.preventDefault();
    clearTimeout(typing);
    const id = keep(form, e.submitter);
    if (form.dataset.send === "each") next(form, id);
    void send();
  });
  /* The next thing at once, also without a connection; what is refused comes back with its sentence. */
  function next(form, id) {
    const refused = form.querySelector(".refused");
    const before = [...new FormData(form)];
    refused.textContent = "";
    if (form.dataset.then === "next") {
      form.classList.add("answered");
      const following = document.querySelector("form[data-then=next]:not(.answered)");
      (following?.querySelector("input:not([type=hidden]), select, textarea") || following?.querySelector("button"))?.focus();
    } else {
      form.reset();
      form.querySelector("input:not([type=hidden]), textarea, select")?.focus();
    }
    done.set(id, (ok, sentence) => {
      if (ok) { if (form.dataset.then === "again") list(before); return; }
      form.classList.remove("answered");
      refused.textContent = sentence;
      for (const [name, value] of before) { const field = form.elements.namedItem(name); if (field && !field.value) field.value = value; }
    });
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
  count();
  if (matchMedia("(pointer: fine)").matches) document.querySelector("form[data-then=next]")?.querySelector("input:not([type=hidden]), select, textarea, button")?.focus();
  if (kept().some((a) => a.who === me())) void send();
})();
