import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A run of the command line, as a person's shell would start it. */
export class CommandRun {
  readonly child: ChildProcess;
  readonly ended: Promise<Said>;
  #out = '';
  #err = '';
  #onText = (): void => undefined;

  constructor(args: readonly string[], env: NodeJS.ProcessEnv) {
    const child = spawn(process.execPath, [program, ...args], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, COLUMNS: '80', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    child.stdout.on('data', (text: Buffer) => {
      this.#out += text.toString();
      this.#onText();
    });
    child.stderr.on('data', (text: Buffer) => {
      this.#err += text.toString();
      this.#onText();
    });
    this.ended = once(child, 'close').then(([code]) => ({
      code: code as number | null,
      out: this.#out,
      err: this.#err,
    }));
  }

  /** Resolves once its output, so far or to come, matches. */
  async says(pattern: RegExp): Promise<void> {
    const matches = () => pattern.test(this.#out) || pattern.test(this.#err);
    const said = new Promise<void>((resolve) => {
      this.#onText = () => matches() && resolve();
    });
    if (matches()) return;
    await Promise.race([
      said,
      this.ended.then(({ out, err }) => {
        if (!matches()) throw new Error(`it ended without saying ${String(pattern)}:\n${out}${err}`);
      }),
    ]);
  }
}
