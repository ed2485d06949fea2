// A process beside the store that is asked something and answers: the load, the raw figures, the plain server.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const NODE = new URL('../../../node_modules/.bin/node', import.meta.url).pathname;

export class SideProcess implements Disposable {
  readonly #child: ChildProcess;

  /** `program` is a file of this folder. */
  constructor(program: string, env: Readonly<Record<string, string>> = {}) {
    this.#child = fork(join(import.meta.dirname, program), {
      execPath: NODE,
      serialization: 'advanced',
      env: { ...process.env, ...env },
    });
  }

  /** One question at a time. Rejects where the process ends instead. */
  async ask<Answer>(question: object | string): Promise<Answer> {
    const stop = new AbortController();
    const { signal } = stop;
    const answered = once(this.#child, 'message', { signal }) as Promise<[Answer]>;
    const ended = once(this.#child, 'exit', { signal }).then(([code]) => {
      throw new Error(`${this.#child.spawnargs.at(-1)} ended with ${code}`);
    });
    try {
      this.#child.send(question);
      const [answer] = await Promise.race([answered, ended]);
      return answer;
    } finally {
      ended.catch(() => {});
      stop.abort();
    }
  }

  [Symbol.dispose](): void {
    this.#child.kill('SIGKILL');
  }
}
