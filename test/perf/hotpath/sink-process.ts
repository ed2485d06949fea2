// Starts the store that keeps nothing: compiled on the spot where there is a C compiler, else written in Node.js.
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { run } from '../../support/owned-process.ts';
import { NODE, startPinned } from './pinned-process.ts';

export interface Sink extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  /** What it is made of, for the heading. */
  readonly kind: string;
}

export interface SinkOptions {
  readonly cores: string;
  /** Takes the compiled program. */
  readonly directory: string;
  /** Tried in turn; with none of them it is the one in Node.js. */
  readonly compilers?: readonly string[];
  /** Makes it an HTTPS server, in Node.js. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
}

export async function startSink({
  cores,
  directory,
  compilers = ['cc', 'gcc'],
  tls,
}: SinkOptions): Promise<Sink> {
  const compiled = tls === undefined ? await compile(directory, compilers) : undefined;
  const program = compiled ?? NODE;
  const args = compiled ? [] : [join(import.meta.dirname, 'sink.ts')];
  const process = startPinned({
    name: 'the sink',
    cores,
    command: program,
    args: tls === undefined ? args : [...args, tls.certFile, tls.keyFile],
  });
  const { stdout, stderr } = process.child;
  if (stdout === null || stderr === null) throw new Error('the sink has no output');
  const printed: string[] = [];
  stderr.on('data', (chunk: Buffer) => printed.push(chunk.toString()));
  const listening = once(createInterface({ input: stdout }), 'line') as Promise<[string]>;
  const ended = process.exited.then(({ code }) => {
    throw new Error(`the sink ended with ${code}: ${printed.join('')}`);
  });
  ended.catch(() => {});
  const [line] = await Promise.race([listening, ended]);
  return {
    port: Number(/^PORT (\d+)$/.exec(line)?.[1]),
    pid: process.pid,
    kind: compiled ? 'C, epoll, one thread' : 'Node.js',
    [Symbol.asyncDispose]: async () => {
      process.signal('SIGKILL');
      await process.exited;
    },
  };
}

/** The program, or undefined where no compiler is there. */
async function compile(directory: string, compilers: readonly string[]): Promise<string | undefined> {
  const program = join(directory, 'sink');
  for (const compiler of compilers) {
    try {
      await run(compiler, ['-O2', '-o', program, join(import.meta.dirname, 'sink.c')]);
      return program;
    } catch {
      // Not there, or without the headers of the C library: both mean that this is no machine to compile on.
    }
  }
  return undefined;
}
