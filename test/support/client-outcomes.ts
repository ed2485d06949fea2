// What a run of the client matrix saw: one JSON line for each client in each setting, in the directory that
// COMPATIBILITY_DIRECTORY names. docs/compatibility.md is made of them.
import { appendFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Addressing, Transport } from './client-setting.ts';
import type { StoreName } from './running-store.ts';

export interface ClientOutcome {
  readonly client: string;
  readonly version: string;
  readonly store: StoreName;
  readonly transport: Transport;
  readonly addressing: Addressing;
  /** Payload modes of its uploads as the gateway's access log has them, sorted. */
  readonly payloads: readonly string[];
  /** Those with the client's second setting; empty where it has none. */
  readonly secondPayloads: readonly string[];
  readonly result: string;
}

/** Does nothing where no directory is named. */
export function recordOutcome(outcome: ClientOutcome): void {
  const directory = process.env['COMPATIBILITY_DIRECTORY'];
  if (directory === undefined || directory === '') return;
  mkdirSync(directory, { recursive: true });
  // Each process has a file of its own: lines of two never mix.
  appendFileSync(join(directory, `outcomes-${process.pid}.jsonl`), `${JSON.stringify(outcome)}\n`);
}

export function readOutcomes(directory: string): readonly ClientOutcome[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(directory, name), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ClientOutcome);
}
