/** Loads planning-kit's bundle once for a page, from the kernel, and draws with it. Everything stays on this machine. */
const KEY = "27e634bd295310d6";
const PATIENCE = 2500;

/** One record for each version of the bundle on this page: a promise, and how to keep it. */
function shelf() {
  const all = (globalThis.__planningKit ??= {});
  if (!all[KEY]) {
    const entry = (all[KEY] = { asked: 0 });
    entry.lib = new Promise((resolve) => (entry.keep = resolve));
  }
  return all[KEY];
}

function take(entry, { js, css }) {
  if (entry.taken) return;
  entry.taken = true;
  const style = document.createElement("style");
  style.dataset.planningKit = KEY;
  style.textContent = css;
  document.head.append(style);
  const url = URL.createObjectURL(new Blob([js], { type: "text/javascript" }));
  entry.keep(import(/* webpackIgnore: true */ url).finally(() => URL.revokeObjectURL(url)));
}

/** Ask this widget's kernel unless another one is being asked; ask anyway when that takes too long. */
async function load(model) {
  const entry = shelf();
  const heard = (message) => message?.op === "bundle" && take(entry, message);
  const ask = () => {
    if (entry.taken) return;
    entry.asked = Date.now();
    model.send({ op: "bundle" });
  };
  model.on("msg:custom", heard);
  if (Date.now() - entry.asked > PATIENCE) ask();
  const again = setInterval(ask, PATIENCE);
  try {
    return await entry.lib;
  } finally {
    clearInterval(again);
    model.off("msg:custom", heard);
  }
}

async function render({ model, el }) {
  const wait = document.createElement("div");
  wait.setAttribute("role", "status");
  wait.style.cssText = "padding:12px;min-height:48px;color:var(--jp-ui-font-color2,#555)";
  const slow = setTimeout(() => (wait.textContent = "Opening …"), 400);
  el.append(wait);
  let closed = false;
  let close;
  load(model)
    .then((lib) => {
      clearTimeout(slow);
      if (!closed) close = lib.render({ model, el, kind: model.get("kind") });
    })
    .catch((error) => {
      clearTimeout(slow);
      wait.textContent = "This view could not be opened. Reload the page; your entries are stored.";
      console.error(error);
    });
  return () => {
    closed = true;
    close?.();
  };
}

export default { render };
