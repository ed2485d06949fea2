// Starts the client of many connections on its core and takes what it prints at its end.
import { once } from 'node:events';
import { join } from 'node:path';
import type { OwnedProcess } from '../../support/owned-process.ts';
import type { ManyJob } from './many-connections.ts';
import { NODE, startPinned } from './pinned-process.ts';

export interface ManyClient<Outcome> {
  readonly process: OwnedProcess;
  /** Rejects where it prints no outcome. */
  readonly outcome: Promise<Outcome>;
}

export function startManyClient<Outcome>(cores: string, job: ManyJob): ManyClient<Outcome> {
  const process = startPinned({
    name: 'the client',
    cores,
    command: NODE,
    args: [join(import.meta.dirname, 'many-connections.ts'), JSON.stringify(job)],
  });
  return { process, outcome: outcomeOf<Outcome>(process) };
}

async function outcomeOf<Outcome>(process: OwnedProcess): Promise<Outcome> {
  let printed = '';
  let complaint = '';
  process.child.stdout?.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  process.child.stderr?.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const [code] = await once(process.child, 'close');
  if (code !== 0 || printed === '') throw new Error(`the client ended with ${code}: ${complaint}`);
  return JSON.parse(printed) as Outcome;
}
