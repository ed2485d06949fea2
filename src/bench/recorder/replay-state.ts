// What a replay knows of the store it writes to: its own version ids for the recorded ones, locks, and where lists went on.
import type { S3Answer } from '../bench-context.ts';
import { parseXml, textOf } from '../runtime/xml-tree.ts';
import type { RecordedRequest } from './recording-format.ts';
import { versionName } from './replay-plan.ts';

export interface WrittenVersion {
  /** As recorded, without the prefix of the replay. */
  readonly key: string;
  /** Absent where the store gave none. */
  readonly versionId: string | undefined;
}

export class ReplayState {
  /** By recorded version and key, then as they were written. */
  readonly #versions = new Map<string, WrittenVersion>();
  /** Of each key the one that was written last. */
  readonly #latest = new Map<string, WrittenVersion>();
  readonly #locks = new WeakMap<WrittenVersion, number>();
  readonly #next = new Map<string, Readonly<Record<string, string>>>();
  /** Still there, the oldest first. */
  readonly #present = new Set<WrittenVersion>();

  wrote(key: string, recordedVersion: string | undefined, written: WrittenVersion): void {
    if (recordedVersion !== undefined) this.#versions.set(versionName(key, recordedVersion), written);
    this.#latest.set(key, written);
    this.#present.add(written);
  }

  /** Undefined where the replay wrote no such version. */
  version(key: string, recordedVersion: string): WrittenVersion | undefined {
    return this.#versions.get(versionName(key, recordedVersion));
  }

  latest(key: string): WrittenVersion | undefined {
    return this.#latest.get(key);
  }

  /** A lock is only ever made longer. `untilMs`: since 1970. */
  locked(written: WrittenVersion, untilMs: number): void {
    this.#locks.set(written, Math.max(untilMs, this.lockedUntilMs(written)));
  }

  /** 0 where it is not locked. */
  lockedUntilMs(written: WrittenVersion): number {
    return this.#locks.get(written) ?? 0;
  }

  gone(written: WrittenVersion): void {
    this.#present.delete(written);
  }

  /** Takes up to so many versions that fit and are still there. */
  take(count: number, fits: (written: WrittenVersion) => boolean): readonly WrittenVersion[] {
    const taken: WrittenVersion[] = [];
    for (const written of this.#present) {
      if (taken.length >= count) break;
      if (fits(written)) taken.push(written);
    }
    for (const written of taken) this.#present.delete(written);
    return taken;
  }

  listed(request: RecordedRequest, answer: S3Answer): void {
    if (answer.status !== 200) return;
    const next: Record<string, string> = {};
    try {
      const root = parseXml(answer.body.toString('utf8'));
      for (const [name, element] of Object.entries(NEXT)) {
        const text = textOf(root, element);
        if (text !== undefined && text !== '') next[name] = text;
      }
    } catch {
      // What is no XML says nothing of a next page; that its status is as recorded is all that is compared.
    }
    this.#next.set(listName(request), next);
  }

  /** What the last answer to the same list said of its next page. */
  nextOf(request: RecordedRequest): Readonly<Record<string, string>> {
    return this.#next.get(listName(request)) ?? {};
  }
}

const NEXT: Readonly<Record<string, string>> = {
  'continuation-token': 'NextContinuationToken',
  'key-marker': 'NextKeyMarker',
  'version-id-marker': 'NextVersionIdMarker',
};

function listName({ operation, query }: RecordedRequest): string {
  const value = (wanted: string) => query.find(([name]) => name === wanted)?.[1] ?? '';
  return [operation, value('prefix'), value('delimiter')].join('\0');
}
