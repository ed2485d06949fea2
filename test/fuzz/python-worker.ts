// A long-lived Python process that answers one line of JSON with one line of JSON.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

export class PythonWorker {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: Interface;
  readonly #waiting: { resolve(line: string): void; reject(error: Error): void }[] = [];

  /** `script` ends when its standard input does, so it cannot outlive this process. */
  constructor(script: URL) {
    this.#child = spawn('python3', ['-u', script.pathname], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface(this.#child.stdout);
    this.#lines.on('line', (line) => this.#waiting.shift()?.resolve(line));
    const gone = (error: Error): void => {
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    };
    this.#child.on('error', gone);
    this.#child.on('exit', (code) => gone(new Error(`python3 ended with ${code}`)));
    this.#child.stdin.on('error', gone);
  }

  async ask(question: unknown): Promise<unknown> {
    const line = await new Promise<string>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#child.stdin.write(`${JSON.stringify(question)}\n`);
    });
    return JSON.parse(line);
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.stdin.end();
    await ended;
  }
}
