/** The plan as the frame sees it: the steps, what the widgets say about them, what the folder holds. */
import type { Contents } from '@jupyterlab/services';

export interface Step {
  readonly number: number;
  readonly title: string;
  readonly path: string;
}

/** The guided notebooks in their order; 0 is the overview. They live in the root folder of the server. */
export const STEPS: readonly Step[] = [
  '00_start Overview',
  '01_strategy Strategy',
  '02_breakdown Breakdown',
  '03_unit_plans Unit plans',
  '04_timelines Timelines',
  '05_coordination Coordination',
  '06_allocation Allocation',
  '07_tracking Tracking',
  '08_appraisal Appraisal'
].map((line, number) => {
  const [stem, ...title] = line.split(' ');
  return { number, title: title.join(' '), path: `${stem}.ipynb` };
});

export const stepAt = (path: string | null): Step | undefined => STEPS.find(step => step.path === path);

/** Every state is told three times: symbol, text and colour. */
export const LIGHTS = {
  'not started': '○',
  'in progress': '◐',
  blocked: '▲',
  done: '✓'
} as const;

export type Light = keyof typeof LIGHTS;

export interface StepState {
  readonly light: Light;
  readonly title: string;
  readonly blockers: readonly string[];
  readonly blocked: number;
  readonly findings: number;
}

export interface PlanState {
  readonly plan: string;
  readonly organisation: string;
  readonly person: string;
  readonly steps: ReadonlyMap<number, StepState>;
}

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');
const count = (value: unknown): number => Math.max(0, Math.trunc(Number(value)) || 0);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const record = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};

/** Read the detail of a `planning-kit:state` event; whatever is not understood is left out. */
export function parseState(detail: unknown): PlanState {
  const { plan, organisation, person, steps } = record(detail);
  const known = list(steps).map(record).filter(step => Object.hasOwn(LIGHTS, text(step.state)));
  const states = known.map((step): [number, StepState] => {
    const blockers = list(step.blockers).map(text).filter(Boolean);
    const blocked = Math.max(count(step.blocked), blockers.length); // the list may hold the first few only
    const state = { light: text(step.state) as Light, title: text(step.title), findings: count(step.findings) };
    return [Number(step.number), { ...state, blockers, blocked }];
  });
  return { plan: text(plan), organisation: text(organisation), person: text(person), steps: new Map(states) };
}

export interface Report {
  readonly name: string;
  readonly modified: string;
  readonly url: string;
}

export interface Folder {
  readonly steps: readonly Step[];
  readonly reports: readonly Report[];
}

const MOST_REPORTS = 8;

/** Which guided notebooks the workbook folder holds, and its newest reports. */
export async function readFolder(contents: Contents.IManager): Promise<Folder> {
  const files = async (path: string): Promise<Contents.IModel[]> => (await contents.get(path)).content ?? [];
  const root = await files('');
  const names = new Set(root.map(file => file.name));
  const steps = STEPS.filter(step => names.has(step.path));
  const pages = root.some(file => file.name === 'reports' && file.type === 'directory') ? await files('reports') : [];
  const newest = pages
    .filter(file => file.name.endsWith('.html'))
    .sort((a, b) => b.last_modified.localeCompare(a.last_modified))
    .slice(0, MOST_REPORTS);
  const reports = newest.map(async file => ({
    name: file.name.replace(/\.html$/, ''),
    modified: file.last_modified,
    url: await contents.getDownloadUrl(file.path)
  }));
  return { steps, reports: await Promise.all(reports) };
}
