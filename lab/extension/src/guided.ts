/** One guided notebook: without code, live as soon as it opens, and never a file to save. */
import { CodeCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { Widget } from '@lumino/widgets';
import { stepIcon } from './icons';
import { stepAt } from './plan';

export type Phase = 'opening' | 'ready' | 'stopped';

/** Kernel states after which the widgets on the page talk to nobody. */
const LOST = ['dead', 'restarting', 'autorestarting'];

/** The step a notebook's metadata declares, or null for every other notebook. */
export function guidedStep(panel: NotebookPanel): number | null {
  const step: unknown = panel.model?.getMetadata('planning_kit')?.step;
  return typeof step === 'number' ? step : null;
}

export class GuidedNotebook {
  phase: Phase = 'ready';
  private readonly notice = new Notice(() => void this.reopen());
  private runs = 0;
  private codeShown = false;
  private edited = false;
  private reopening = false;
  private readonly unlocks: (() => void)[] = [];

  constructor(
    readonly panel: NotebookPanel,
    readonly step: number,
    private readonly onPhase: (notebook: GuidedNotebook) => void
  ) {
    panel.addClass('pk-Guided');
    panel.toolbar.hide();
    panel.contentHeader.addWidget(this.notice);
    panel.title.icon = stepIcon(step);
    panel.title.dataset = { ...panel.title.dataset, step: stepAt(panel.context.path)?.title ?? panel.title.label };
    this.lockCells();
    this.keepFile();
    this.calmMouse();
    this.watchKernel();
  }

  get path(): string {
    return this.panel.context.path;
  }

  /** Nothing is lost by closing it: an analyst neither changed it nor looks at its code. */
  get isSpare(): boolean {
    return !this.codeShown && !this.edited;
  }

  /** Run every cell; the cells are sent at once, the kernel takes them in order and stops at the first error. */
  async run(): Promise<void> {
    const { content, context, sessionContext } = this.panel;
    const run = ++this.runs;
    this.enter('opening');
    await Promise.all([context.ready, sessionContext.ready, this.panel.revealed]);
    const cells = content.widgets.filter(cell => cell instanceof CodeCell);
    let finished = 0;
    const execute = async (cell: CodeCell): Promise<boolean> => {
      const reply = await CodeCell.execute(cell, sessionContext);
      this.notice.progress = ++finished / cells.length;
      return !reply || reply.content.status === 'ok';
    };
    const succeeded = await Promise.all(cells.map(execute)).catch(() => [false]);
    if (run === this.runs && !this.panel.isDisposed) {
      this.enter(succeeded.every(Boolean) ? 'ready' : 'stopped');
    }
  }

  /** A fresh kernel, also where the old one is gone for good, then run. */
  async reopen(): Promise<void> {
    const { sessionContext, model } = this.panel;
    this.runs++;
    this.reopening = true;
    this.enter('opening');
    const dead = (sessionContext.session?.kernel?.status ?? 'dead') === 'dead';
    try {
      if (!dead) {
        await sessionContext.restartKernel();
      }
      if (dead || !sessionContext.isReady) {
        await sessionContext.shutdown().catch(() => undefined);
        await sessionContext.changeKernel({ name: model?.defaultKernelName || sessionContext.prevKernelName });
      }
    } catch {
      this.enter('stopped');
      return;
    } finally {
      this.reopening = false;
    }
    await this.run();
  }

  toggleCode(): void {
    if (this.codeShown) {
      this.codeShown = false;
      this.lockCells();
    } else {
      this.unlockCells();
      this.codeShown = true;
    }
    this.panel.toggleClass('pk-mod-code', this.codeShown);
    this.panel.content.node.toggleAttribute('data-jp-suppress-context-menu', !this.codeShown);
    this.panel.toolbar.setHidden(!this.codeShown);
  }

  private enter(phase: Phase): void {
    this.phase = this.notice.phase = phase;
    this.panel.toggleClass('pk-mod-opening', phase === 'opening');
    this.onPhase(this);
  }

  /** Menus and palette must not change cells either; an analyst who shows the code may. */
  private lockCells(): void {
    for (const cell of this.panel.model?.cells ?? []) {
      for (const key of ['editable', 'deletable']) {
        if (cell.getMetadata(key) === undefined) {
          cell.setMetadata(key, false);
          this.unlocks.push(() => cell.deleteMetadata(key));
        }
      }
    }
  }

  private unlockCells(): void {
    this.unlocks.splice(0).forEach(unlock => unlock());
  }

  /** Running is not editing: unless an analyst showed the code, nothing is dirty and nothing is written. */
  private keepFile(): void {
    const { context } = this.panel;
    const save = context.save.bind(context);
    const createCheckpoint = context.createCheckpoint.bind(context);
    const clean = (): void => {
      if (this.codeShown) {
        this.edited = context.model.dirty;
      } else if (this.isSpare) {
        context.model.dirty = false;
      }
    };
    context.save = async () => (this.isSpare ? undefined : save());
    context.createCheckpoint = async () => (this.isSpare ? { id: '', last_modified: '' } : createCheckpoint());
    context.model.stateChanged.connect(clean);
    clean();
  }

  /** No menu of cell commands, no source behind a double click, no selecting of cells; widgets see every event first. */
  private calmMouse(): void {
    const { node, outerNode } = this.panel.content;
    node.setAttribute('data-jp-suppress-context-menu', '');
    const stop = (event: MouseEvent): void => {
      if (!this.codeShown && (event.type === 'dblclick' || event.shiftKey)) {
        event.stopPropagation();
      }
    };
    outerNode.addEventListener('dblclick', stop);
    outerNode.addEventListener('mousedown', stop);
  }

  private watchKernel(): void {
    const { sessionContext } = this.panel;
    // Another window may show the same step: `Kernels.sweep` ends the kernel when nobody is connected to it.
    sessionContext.kernelPreference = { ...sessionContext.kernelPreference, shutdownOnDispose: false };
    const stop = (): void => {
      if (!this.reopening && !this.panel.isDisposed) {
        this.runs++;
        this.enter('stopped');
      }
    };
    sessionContext.statusChanged.connect((_, status) => LOST.includes(status) && stop());
    sessionContext.sessionChanged.connect((_, { newValue }) => newValue || stop());
    // Lab's own dialog about a restarted kernel says less than our sentence, and stands in the way of it.
    const panel = this.panel as unknown as { _onSessionStatusChanged?: (...args: unknown[]) => void };
    if (panel._onSessionStatusChanged) {
      sessionContext.statusChanged.disconnect(panel._onSessionStatusChanged, panel);
    }
  }
}

const WORDS: Record<Phase, string> = {
  opening: 'Opening step…',
  ready: '',
  stopped: 'This step stopped working. Press Reopen.'
};

/** The line above a guided notebook: how far it has opened, or what to do when it stopped. */
class Notice extends Widget {
  private readonly bar = document.createElement('progress');
  private readonly words = document.createElement('span');
  private readonly button = document.createElement('button');

  constructor(reopen: () => void) {
    super();
    this.addClass('pk-Notice');
    this.words.setAttribute('role', 'status');
    this.bar.setAttribute('aria-label', 'Opening');
    this.button.className = 'pk-Button pk-mod-primary';
    this.button.textContent = 'Reopen';
    this.button.addEventListener('click', reopen);
    this.node.append(this.bar, this.words, this.button);
  }

  set progress(share: number) {
    this.bar.value = share;
  }

  set phase(phase: Phase) {
    this.node.dataset.phase = phase;
    this.bar.removeAttribute('value');
    this.words.setAttribute('role', phase === 'stopped' ? 'alert' : 'status');
    this.words.textContent = WORDS[phase];
    this.setHidden(phase === 'ready');
    this.parent?.fit();
  }
}
