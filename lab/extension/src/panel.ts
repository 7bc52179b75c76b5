/** The Plan panel: the eight steps on one thread, their lights, the reports, back and next. */
import { Widget } from '@lumino/widgets';
import { planIcon } from './icons';
import { type Folder, LIGHTS, type PlanState, type Report, type Step, type StepState } from './plan';

const MOST_BLOCKERS = 3;

type Attributes = Record<string, string | boolean | undefined>;

/** An element from its class, its attributes and its children; strings are always text, never markup. */
function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  node.className = className;
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) {
      node.setAttribute(name, value === true ? '' : value);
    }
  }
  node.append(...children);
  return node;
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

function stateText({ light, blocked }: StepState): string {
  return light === 'blocked' && blocked ? count(blocked, 'blocker') : light;
}

function tooltip(title: string, state: StepState): string {
  const findings = state.findings ? [count(state.findings, 'finding')] : [];
  return [`${title}: ${state.light}`, ...findings, ...state.blockers.map(blocker => `${LIGHTS.blocked} ${blocker}`)].join('\n');
}

export class PlanPanel extends Widget {
  private folder: Folder = { steps: [], reports: [] };
  private plan: PlanState | null = null;
  private current: string | null = null;
  private opening: string | null = null;

  constructor(private readonly open: (path: string) => void) {
    super();
    this.id = 'planning-kit-plan';
    this.addClass('pk-Plan');
    this.title.icon = planIcon;
    this.title.caption = 'Plan: the eight steps';
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', 'Plan');
    this.node.addEventListener('keydown', event => this.moveFocus(event));
  }

  /** Change what is shown; the focus stays where it was. */
  render(change: Partial<{ folder: Folder; plan: PlanState; current: string | null; opening: string | null }>): void {
    Object.assign(this, change);
    const focused = this.node.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset.key : undefined;
    const scrolled = this.node.querySelector('.pk-Plan-body')?.scrollTop ?? 0;
    const body = element('div', 'pk-Plan-body', {}, this.stepList(), this.reportList());
    this.node.replaceChildren(this.header(), body, this.footer());
    body.scrollTop = scrolled;
    this.buttons('').find(button => button.dataset.key === focused)?.focus();
  }

  get steps(): readonly Step[] {
    return this.folder.steps;
  }

  /** The guided notebook before (-1) or after (+1) the current one, if the folder holds it. */
  neighbour(offset: -1 | 1): Step | undefined {
    const index = this.folder.steps.findIndex(step => step.path === this.current);
    return index < 0 && offset < 0 ? undefined : this.folder.steps[index + offset];
  }

  private buttons(within: string): HTMLElement[] {
    return [...this.node.querySelectorAll<HTMLElement>(`${within} [data-key]`)];
  }

  private header(): HTMLElement {
    const { plan = '', organisation = '', person = '' } = this.plan ?? {};
    const title = organisation || plan || 'The plan';
    const under = [organisation && plan, person].filter(Boolean).join(' · ');
    return element(
      'header',
      'pk-Plan-header',
      {},
      element('p', 'pk-Plan-eyebrow', {}, 'Planning workbook'),
      element('h2', 'pk-Plan-title', { title }, title),
      element('p', 'pk-Plan-under', { title: under }, under)
    );
  }

  private stepList(): HTMLElement {
    const items = this.folder.steps.map(step => this.item(step));
    return element('nav', 'pk-Plan-steps', { 'aria-label': 'Steps of the plan' }, element('ol', '', {}, ...items));
  }

  private item(step: Step): HTMLElement {
    const state = this.plan?.steps.get(step.number);
    const title = step.number === 0 ? step.title : state?.title || step.title;
    const isCurrent = step.path === this.current;
    const attributes = {
      type: 'button',
      'data-key': step.path,
      'aria-current': isCurrent && 'page',
      title: state && tooltip(title, state)
    };
    const button = element(
      'button',
      'pk-Step',
      attributes,
      element('span', 'pk-Step-disc', {}, step.number === 0 ? '•' : String(step.number)),
      element('span', 'pk-Step-title', {}, title),
      this.light(step, state)
    );
    button.addEventListener('click', () => this.open(step.path));
    return element('li', 'pk-Plan-item', { 'data-light': state?.light }, button, isCurrent && state ? this.blockers(state) : '');
  }

  private blockers({ blockers, blocked }: StepState): Node | string {
    const lines = blockers.slice(0, MOST_BLOCKERS).map(blocker => element('li', '', { title: blocker }, blocker));
    if (!lines.length) {
      return '';
    }
    const more = blocked - lines.length;
    const rest = more ? [element('li', 'pk-mod-more', {}, `and ${more} more`)] : [];
    return element('ul', 'pk-Step-blockers', { 'aria-label': 'Blockers' }, ...lines, ...rest);
  }

  private light(step: Step, state: StepState | undefined): Node | string {
    if (step.path === this.opening) {
      return element('span', 'pk-Step-light pk-mod-opening', {}, 'opening…');
    }
    if (!state) {
      return '';
    }
    const symbol = element('span', 'pk-Step-symbol', { 'aria-hidden': 'true' }, LIGHTS[state.light]);
    return element('span', 'pk-Step-light', {}, symbol, stateText(state));
  }

  private reportList(): Node | string {
    if (!this.folder.reports.length) {
      return '';
    }
    const heading = element('h3', 'pk-Plan-heading', {}, 'Reports');
    const items = this.folder.reports.map(report => element('li', '', {}, this.report(report)));
    return element('section', 'pk-Plan-reports', { 'aria-label': 'Reports' }, heading, element('ul', '', {}, ...items));
  }

  private report({ name, modified, url }: Report): HTMLElement {
    const day = new Date(modified).toLocaleDateString(undefined, { day: 'numeric', month: 'short' });
    const attributes = { href: url, target: '_blank', rel: 'noopener', title: `Open ${name} in a new tab`, 'data-key': url };
    return element('a', 'pk-Report', attributes, element('span', 'pk-Report-name', {}, name), element('time', '', {}, day));
  }

  private footer(): HTMLElement {
    return element('footer', 'pk-Plan-footer', {}, this.turn('Back', -1), this.turn('Next', 1));
  }

  private turn(label: 'Back' | 'Next', offset: -1 | 1): HTMLElement {
    const step = this.neighbour(offset);
    const attributes = { type: 'button', 'data-key': label, disabled: !step, title: step && `${label}: ${step.title}` };
    const button = element('button', `pk-Button ${offset > 0 ? 'pk-mod-primary' : ''}`, attributes, label);
    button.addEventListener('click', () => step && this.open(step.path));
    return button;
  }

  private moveFocus(event: KeyboardEvent): void {
    const steps = this.buttons('.pk-Plan-steps');
    const index = steps.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: steps.length - 1 }[event.key];
    if (index >= 0 && to !== undefined) {
      event.preventDefault();
      steps[to]?.focus();
    }
  }
}
