/** The icons of the workbook: a thread through the plan, and one numbered disc for each step. */
import { LabIcon } from '@jupyterlab/ui-components';

const svg = (content: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">${content}</svg>`;

const THREAD = `
  <path d="M4.25 5h1.5v14h-1.5z"/><circle cx="5" cy="5" r="2.6"/><circle cx="5" cy="12" r="2.6"/><circle cx="5" cy="19" r="2.6"/>
  <rect x="10" y="4" width="11" height="2" rx="1"/><rect x="10" y="11" width="8" height="2" rx="1"/><rect x="10" y="18" width="11" height="2" rx="1"/>`;

const NUMBER = 'x="12" y="16.6" text-anchor="middle" font-family="system-ui, sans-serif" font-size="13" font-weight="600"';

export const planIcon = new LabIcon({
  name: 'planning-kit:plan',
  svgstr: svg(`<g class="jp-icon3" fill="#616161">${THREAD}</g>`)
});

const stepIcons = new Map<number, LabIcon>();

/** The disc of a step; the overview wears the thread. */
export function stepIcon(step: number): LabIcon {
  const disc = `<circle class="pk-icon-accent" cx="12" cy="12" r="10.5"/><text class="pk-icon-number" ${NUMBER}>${step}</text>`;
  const content = step === 0 ? `<g class="pk-icon-accent">${THREAD}</g>` : disc;
  const icon = stepIcons.get(step) ?? new LabIcon({ name: `planning-kit:step-${step}`, svgstr: svg(content) });
  stepIcons.set(step, icon);
  return icon;
}
