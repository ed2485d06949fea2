// A program of the bench on cores of its own, with its output in a file that a failed start is explained from.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { OwnedProcess } from '../../support/owned-process.ts';
import { waitFor } from '../../support/wait.ts';
import { MeasurementError } from './measurement-error.ts';

const TASKSET = '/usr/bin/taskset';
export const HOST = '127.0.0.1';
export const NODE = new URL('../../../node_modules/.bin/node', import.meta.url).pathname;

/** Whether programs can be given their cores here. */
export const canPin = existsSync(TASKSET);

export interface PinnedOptions {
  /** What it is called in messages. */
  readonly name: string;
  /** As taskset takes them: `1` or `2,3`. */
  readonly cores: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Takes what it prints; without it that can be read from `child`. */
  readonly logFile?: string;
}

/** Its process id is the program's own: taskset replaces itself. */
export function startPinned({ name, cores, command, args, logFile }: PinnedOptions): OwnedProcess {
  const options = logFile === undefined ? {} : { logFile };
  return canPin
    ? new OwnedProcess(name, TASKSET, ['-c', cores, command, ...args], options)
    : new OwnedProcess(name, command, args, options);
}

/** Resolves when something listens on that port; throws MeasurementError, with what the program printed, where it ended instead. */
export async function untilListening(
  process: OwnedProcess,
  { name, port, logFile }: { readonly name: string; readonly port: number; readonly logFile: string },
): Promise<void> {
  let hasEnded = false;
  try {
    await waitFor(
      async () => {
        hasEnded = !process.running;
        return hasEnded || (await accepts(port));
      },
      { what: `${name} to listen`, timeoutMs: 20_000, everyMs: 50 },
    );
    if (hasEnded) throw new Error('it ended');
  } catch (cause) {
    await process.stop();
    const printed = await readFile(logFile, 'utf8');
    throw new MeasurementError(`${name} did not start: ${printed.trim().slice(-2000)}`, { cause });
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, HOST);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
