/** At most three kernels for guided notebooks: the ones in use, and one kept warm for the step that comes next. */
import { PathExt } from '@jupyterlab/coreutils';
import { type Session, SessionAPI } from '@jupyterlab/services';
import type { GuidedNotebook } from './guided';
import { type Step, stepAt } from './plan';

const MOST_KERNELS = 3;
/** Milliseconds a page takes to connect to its kernel again. */
const RELOADED_WITHIN = 10_000;
/** Milliseconds another window takes to say that it shows a step. */
const ANSWERED_WITHIN = 1_000;

export class Kernels {
  /** Open guided notebooks, the one used last at the end. */
  private readonly used: GuidedNotebook[] = [];
  private warming: { path: string; started: Promise<void> } | null = null;

  /** Windows of this browser tell one another what they show: the server's count of connections can be one too low. */
  private readonly windows = new BroadcastChannel('planning-kit');
  private readonly elsewhere = new Set<string>();

  constructor(private readonly sessions: Session.IManager) {
    this.windows.onmessage = ({ data }: MessageEvent<{ shown?: string; asked?: string }>) => {
      if (data.shown) {
        this.elsewhere.add(data.shown);
      } else if (data.asked && this.find(data.asked)) {
        this.windows.postMessage({ shown: data.asked });
      }
    };
  }

  find(path: string | undefined): GuidedNotebook | undefined {
    return this.used.find(notebook => notebook.path === path);
  }

  /** Note that a notebook is being used, and close the least recently used ones that are too many. */
  touch(notebook: GuidedNotebook): void {
    this.forget(notebook);
    this.used.push(notebook);
    if (this.warming && this.find(this.warming.path)) {
      this.warming = null;
    }
    this.makeRoom();
  }

  forget(notebook: GuidedNotebook): void {
    const index = this.used.indexOf(notebook);
    if (index >= 0) {
      this.used.splice(index, 1);
    }
  }

  /**
   * Start the kernel a step will need, and let it import what the step needs, so that the step opens at once.
   * Should that fail, the step starts its own kernel when it opens, and tells if it cannot.
   */
  async warm({ path, number }: Step): Promise<void> {
    if (this.find(path) || this.warming?.path === path) {
      return;
    }
    const started = this.start(path, `__import__("planning_kit").step(${number})`).catch(() => undefined);
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

  /**
   * End the kernels nobody is connected to: kept warm for another step, or left by a page that was closed. One that
   * another window shows stays, also while that window reloads.
   */
  async sweep(): Promise<void> {
    const before = (await this.idle()).map(session => session.id);
    await new Promise(done => setTimeout(done, RELOADED_WITHIN));
    const idle = await this.idle();
    this.elsewhere.clear();
    idle.forEach(({ path }) => this.windows.postMessage({ asked: path }));
    await new Promise(done => setTimeout(done, ANSWERED_WITHIN));
    for (const { id, path } of idle) {
      if (before.includes(id) && !this.elsewhere.has(path) && !this.find(path)) {
        void this.sessions.shutdown(id).catch(() => undefined);
      }
    }
  }

  private async running(): Promise<Session.IModel[]> {
    await this.sessions.refreshRunning();
    return [...this.sessions.running()].filter(session => stepAt(session.path));
  }

  private async idle(): Promise<Session.IModel[]> {
    const spare = ({ path, kernel }: Session.IModel): boolean =>
      path !== this.warming?.path && (kernel?.connections ?? 0) <= 0 && !this.find(path);
    return (await this.running()).filter(spare);
  }

  private async start(path: string, code: string): Promise<void> {
    const running = await this.running();
    void this.sweep();
    if (running.some(session => session.path === path)) {
      return;
    }
    const options = { path, name: PathExt.basename(path), type: 'notebook', kernel: {} };
    void this.prepare(await SessionAPI.startSession(options), code);
  }

  private async prepare(model: Session.IModel, code: string): Promise<void> {
    // Without handleComms: false this connection would close the comms of the widgets it does not know.
    const session = this.sessions.connectTo({ model, kernelConnectionOptions: { handleComms: false } });
    await session.kernel?.requestExecute({ code, silent: true, store_history: false }).done.catch(() => undefined);
    session.dispose(); // the connection only; the kernel stays
  }

  private makeRoom(): void {
    while (this.used.length + (this.warming ? 1 : 0) > MOST_KERNELS) {
      const spare = this.used.slice(0, -1).find(notebook => notebook.isSpare);
      if (!spare) {
        return;
      }
      this.forget(spare);
      spare.panel.close();
    }
  }
}
