/** At most three kernels for guided notebooks: the ones in use, and one kept warm for the step that comes next. */
import { PathExt } from '@jupyterlab/coreutils';
import { type Session, SessionAPI } from '@jupyterlab/services';
import type { GuidedNotebook } from './guided';

const MOST_KERNELS = 3;
const OWN_WARM = 'planning-kit:warm';

export class Kernels {
  /** Open guided notebooks, the one used last at the end. */
  private readonly used: GuidedNotebook[] = [];
  private warming: { path: string; started: Promise<unknown> } | null = null;

  constructor(private readonly sessions: Session.IManager) {}

  get notebooks(): readonly GuidedNotebook[] {
    return this.used;
  }

  find(path: string | undefined): GuidedNotebook | undefined {
    return this.used.find(notebook => notebook.path === path);
  }

  /** Note that a notebook is being used, and close the least recently used ones that are too many. */
  touch(notebook: GuidedNotebook): void {
    this.forget(notebook);
    this.used.push(notebook);
    if (this.warming && this.find(this.warming.path)) {
      this.adopted();
    }
    this.makeRoom();
  }

  forget(notebook: GuidedNotebook): void {
    const index = this.used.indexOf(notebook);
    if (index >= 0) {
      this.used.splice(index, 1);
    }
  }

  /** Start the kernel a step will need, and let it run `code` (imports), so that the step opens at once. */
  async warm(path: string, code: string): Promise<void> {
    if (this.find(path) || this.warming?.path === path) {
      return;
    }
    await this.cool();
    const started = this.start(path, code);
    this.warming = { path, started };
    this.makeRoom();
    await started;
  }

  /** When a kernel for this path is just being started: wait for it rather than start a second one. */
  async settled(path: string): Promise<void> {
    if (this.warming?.path === path) {
      await this.warming.started;
    }
  }

  private async start(path: string, code: string): Promise<void> {
    await this.sessions.refreshRunning();
    if ([...this.sessions.running()].some(session => session.path === path)) {
      return;
    }
    const options = { path, name: PathExt.basename(path), type: 'notebook', kernel: {} };
    const model = await SessionAPI.startSession(options).catch(() => null);
    if (!model) {
      return; // the step will start its own kernel, and tell if that fails
    }
    sessionStorage.setItem(OWN_WARM, model.id);
    if (code) {
      void this.prepare(model, code);
    }
  }

  private async prepare(model: Session.IModel, code: string): Promise<void> {
    // Without handleComms: false this connection would close the comms of the widgets it does not know.
    const session = this.sessions.connectTo({ model, kernelConnectionOptions: { handleComms: false } });
    await session.kernel?.requestExecute({ code, silent: true, store_history: false }).done.catch(() => undefined);
    session.dispose(); // the connection only; the kernel stays
  }

  /** The warm kernel belongs to an open notebook now. */
  private adopted(): void {
    this.warming = null;
    sessionStorage.removeItem(OWN_WARM);
  }

  /** Shut the warm kernel down if it is one this window started, also before a reload. */
  private async cool(): Promise<void> {
    const id = sessionStorage.getItem(OWN_WARM);
    const path = [...this.sessions.running()].find(session => session.id === id)?.path;
    this.adopted();
    if (id && path && !this.find(path)) {
      await this.sessions.shutdown(id).catch(() => undefined);
    }
  }

  private makeRoom(): void {
    while (this.used.length + (this.warming ? 1 : 0) > MOST_KERNELS) {
      this.used.shift()?.panel.close();
    }
  }
}
