/** The frame of the planning workbook in JupyterLab. It acts only on notebooks that carry our metadata. */
import { ILabShell, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import { ILauncher } from '@jupyterlab/launcher';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { guidedStep, GuidedNotebook } from './guided';
import { planIcon, stepIcon } from './icons';
import { Kernels } from './kernels';
import { guardKeys } from './keys';
import { PlanPanel } from './panel';
import { parseState, readFolder, type Step, stepAt, STEPS } from './plan';

const REFRESH_AFTER = 1000; // ms; a burst of events reads the folder once

class Frame {
  readonly panel = new PlanPanel(path => void this.open(path));
  private readonly kernels: Kernels;
  private chosen = '';
  private refreshing = 0;

  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly shell: ILabShell,
    private readonly tracker: INotebookTracker
  ) {
    this.kernels = new Kernels(app.serviceManager.sessions);
    tracker.widgetAdded.connect((_, panel) => void this.adopt(panel));
    tracker.currentChanged.connect(() => this.onCurrent());
    window.addEventListener('planning-kit:state', event => {
      this.panel.render({ plan: parseState((event as CustomEvent).detail) });
      this.refreshSoon();
    });
    window.addEventListener('planning-kit:open', event => {
      const path: unknown = (event as CustomEvent).detail?.path;
      if (typeof path === 'string' && path.endsWith('.ipynb') && !path.includes('..')) {
        void this.open(path);
      }
    });
    window.addEventListener('focus', () => this.refreshSoon());
    app.serviceManager.contents.fileChanged.connect(() => this.refreshSoon());
  }

  get current(): GuidedNotebook | undefined {
    return this.kernels.find(this.tracker.currentWidget?.context.path);
  }

  /**
   * Show the panel, and the step in the address, or the overview when nothing was restored.
   * A folder without a workbook stays plain Lab.
   */
  async start(launcher: ILauncher | null, palette: ICommandPalette | null): Promise<void> {
    const asked = stepAt(PageConfig.getOption('treePath'));
    await Promise.all([asked && this.warmFirst(asked), this.refresh()]);
    const wanted = asked ?? this.panel.steps[0];
    if (!wanted) {
      return;
    }
    void this.warmFirst(wanted);
    this.shell.add(this.panel, 'left', { rank: 1 });
    for (const step of this.panel.steps) {
      const item = { command: 'planning-kit:open', args: { path: step.path }, rank: step.number };
      launcher?.add({ ...item, category: 'Planning workbook', categoryRank: -1 });
      palette?.addItem({ ...item, category: 'Planning' });
    }
    await this.app.restored;
    this.shell.activateById(this.panel.id);
    this.shell.collapseRight();
    const restored = [...this.shell.widgets('main')];
    const launchers = restored.filter(widget => widget.id.startsWith('launcher'));
    if (asked || launchers.length === restored.length) {
      this.holdAgainstRouter(wanted.path);
      await this.open(wanted.path);
      launchers.forEach(widget => widget.close());
    }
  }

  async open(path: string): Promise<void> {
    this.chosen = path;
    if (!this.kernels.find(path)) {
      this.panel.render({ opening: path });
    }
    await this.kernels.settled(path);
    const options = { path, options: { mode: 'tab-after' } };
    await this.app.commands.execute('docmanager:open', options).catch(() => this.panel.render({ opening: null }));
  }

  /** Lab opens the file in the address too, later than we do: somebody who went on meanwhile must not be taken back. */
  private holdAgainstRouter(path: string): void {
    this.app.commands.commandExecuted.connect((_, { id, args, result }) => {
      if (id === 'filebrowser:open-path' && args.path === path) {
        void result.then(() => (this.chosen === path ? undefined : this.open(this.chosen)));
      }
    });
  }

  async turn(offset: -1 | 1): Promise<void> {
    const step = this.panel.neighbour(offset);
    if (step) {
      await this.open(step.path);
    }
  }

  /** The first kernel starts while the page is still being built, unless kernels survived a reload. */
  private async warmFirst(step: Step): Promise<void> {
    const { sessions } = this.app.serviceManager;
    await sessions.ready;
    if (![...sessions.running()].some(session => stepAt(session.path))) {
      await this.kernels.warm(step);
    }
  }

  private async adopt(panel: NotebookPanel): Promise<void> {
    await panel.context.ready;
    const step = guidedStep(panel);
    if (step === null || panel.isDisposed) {
      return;
    }
    const notebook = new GuidedNotebook(panel, step, changed => this.onPhase(changed));
    panel.disposed.connect(() => {
      this.kernels.forget(notebook);
      void this.kernels.sweep();
    });
    this.kernels.touch(notebook);
    const finished = panel.model?.getMetadata('planning_kit')?.autorun === false ? null : notebook.run();
    this.onCurrent();
    await finished;
  }

  private onCurrent(): void {
    const { current } = this;
    if (current) {
      this.kernels.touch(current);
      this.panel.render({ current: current.path, opening: current.phase === 'opening' ? current.path : null });
    }
  }

  private onPhase(notebook: GuidedNotebook): void {
    if (notebook !== this.current) {
      return;
    }
    this.onCurrent();
    const next = this.panel.neighbour(1);
    if (notebook.phase === 'ready' && next) {
      void this.kernels.warm(next);
    }
  }

  private refreshSoon(): void {
    this.refreshing ||= window.setTimeout(() => void this.refresh(), REFRESH_AFTER);
  }

  private async refresh(): Promise<void> {
    this.refreshing = 0;
    const folder = await readFolder(this.app.serviceManager.contents).catch(() => null);
    if (folder) {
      this.panel.render({ folder });
    }
  }
}

function addCommands(app: JupyterFrontEnd, frame: Frame, palette: ICommandPalette | null): void {
  const { commands } = app;
  const inGuided = (): boolean => frame.current !== undefined;
  const step = (args: { path?: unknown }) => stepAt(String(args.path ?? ''));
  commands.addCommand('planning-kit:open', {
    label: args => step(args)?.title ?? 'Open the plan',
    icon: args => (args.path ? stepIcon(step(args)?.number ?? 0) : planIcon),
    execute: args => frame.open(String(args.path ?? STEPS[0].path))
  });
  commands.addCommand('planning-kit:back', { label: 'Back to the previous step', execute: () => frame.turn(-1) });
  commands.addCommand('planning-kit:next', { label: 'Next step', execute: () => frame.turn(1) });
  commands.addCommand('planning-kit:reopen', {
    label: 'Reopen this step',
    isEnabled: inGuided,
    execute: () => frame.current?.reopen()
  });
  commands.addCommand('planning-kit:toggle-code', {
    label: 'Show or hide the code',
    isEnabled: inGuided,
    execute: () => frame.current?.toggleCode()
  });
  for (const name of ['back', 'next', 'reopen', 'toggle-code']) {
    palette?.addItem({ command: `planning-kit:${name}`, category: 'Planning' });
  }
}

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'planning-kit:frame',
  description: 'Plan panel, guided notebooks and key guard of the planning workbook.',
  autoStart: true,
  requires: [ILabShell, INotebookTracker],
  optional: [ILauncher, ICommandPalette],
  activate
};

function activate(
  app: JupyterFrontEnd,
  shell: ILabShell,
  tracker: INotebookTracker,
  launcher: ILauncher | null,
  palette: ICommandPalette | null
): void {
  const frame = new Frame(app, shell, tracker);
  guardKeys();
  addCommands(app, frame, palette);
  void frame.start(launcher, palette);
}

export default plugin;
