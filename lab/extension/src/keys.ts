/**
 * The key guard: what is typed in a guided notebook never becomes a notebook command.
 *
 * JupyterLab asks every node from the target upwards whether it suppresses shortcuts, and its single-letter commands
 * (a, b, d d, x ...) match the focused node itself. So the very node that has the focus wears the attribute until the
 * next key. The event itself goes on untouched: inputs, grids and their shortcuts work as written.
 */
const SUPPRESS = 'data-lm-suppress-shortcuts';

let marked: Element | null = null;

function isGuarded(target: Element): boolean {
  const panel = target.closest('.pk-Guided');
  return panel !== null && (!panel.classList.contains('pk-mod-code') || target.closest('.jp-OutputArea-output') !== null);
}

function guard(event: KeyboardEvent): void {
  marked?.removeAttribute(SUPPRESS);
  marked = null;
  const { target } = event;
  if (!(target instanceof Element) || target.hasAttribute(SUPPRESS) || !isGuarded(target)) {
    return;
  }
  const accel = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  if (accel && event.shiftKey && key === 'c') {
    return; // the command palette stays within reach: it holds "Show or hide the code"
  }
  if (accel && key === 's') {
    event.preventDefault(); // every answer is saved already: neither Lab nor the browser need ask
  }
  target.setAttribute(SUPPRESS, '');
  marked = target;
}

export function guardKeys(): void {
  window.addEventListener('keydown', guard, true);
}
