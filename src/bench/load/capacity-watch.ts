// Asks for capacity.xml every few seconds, and keeps what it said beside what is really there.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ask } from '../runtime/delete-version.ts';
import { SOSAPI_PREFIX } from '../runtime/own-keys.ts';
import { parseXml, textOf } from '../runtime/xml-tree.ts';
import type { CapacitySample } from './load-result.ts';

const FIRST_EVERY_MS = 5000;
const MAX_SAMPLES = 600;
const TIMEOUT_MS = 10_000;

export interface CapacityWatchSetting {
  readonly ask: Ask;
  /** Since the run began. */
  readonly elapsedMs: () => number;
  /** Bytes that the run has in the bucket. */
  readonly truth: () => number;
  readonly signal: AbortSignal;
}

export class CapacityWatch {
  readonly #setting: CapacityWatchSetting;
  #samples: readonly CapacitySample[];
  #everyMs = FIRST_EVERY_MS;

  constructor(setting: CapacityWatchSetting, samples: readonly CapacitySample[] = []) {
    this.#setting = setting;
    this.#samples = samples;
  }

  samples(): readonly CapacitySample[] {
    return this.#samples;
  }

  /** Until the signal ends it, or the store says that it has no such document. Never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#setting;
    try {
      while ((await this.look()) !== 'absent') await sleep(this.#everyMs, undefined, { signal });
    } catch {
      // Ended.
    }
  }

  /** One look. An answer that is no capacity.xml adds nothing; rejects where the signal ends it. */
  async look(): Promise<'absent' | 'there'> {
    const { ask, elapsedMs, truth, signal } = this.#setting;
    const held = truth();
    try {
      const key = `${SOSAPI_PREFIX}capacity.xml`;
      const answer = await ask({ method: 'GET', key, timeoutMs: TIMEOUT_MS });
      if (answer.status === 404 && this.#samples.length === 0) return 'absent';
      const numbers = answer.status === 200 ? numbersIn(answer.body.toString('utf8')) : undefined;
      if (numbers !== undefined) this.#keep({ tMs: Math.round(elapsedMs()), ...numbers, truth: held });
    } catch {
      signal.throwIfAborted();
    }
    return 'there';
  }

  #keep(sample: CapacitySample): void {
    this.#samples = [...this.#samples, sample];
    if (this.#samples.length <= MAX_SAMPLES) return;
    this.#samples = this.#samples.filter((_, index) => index % 2 === 0);
    this.#everyMs *= 2;
  }
}

function numbersIn(text: string): Pick<CapacitySample, 'capacity' | 'available' | 'used'> | undefined {
  const root = parseXml(text);
  const [capacity, available, used] = ['Capacity', 'Available', 'Used'].map(
    (name) => textOf(root, name) ?? '',
  );
  const isWhole = [capacity, available, used].every((each) => /^\s*-?\d+\s*$/.test(each ?? ''));
  return isWhole
    ? { capacity: Number(capacity), available: Number(available), used: Number(used) }
    : undefined;
}
