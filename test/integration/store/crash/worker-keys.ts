// The keys of one worker: what it may write, how each change is entered in the journal, and how many versions it keeps.
import { headerOf, type RawAnswer } from '../../../support/raw-http.ts';
import {
  isLocked,
  type Journal,
  type KeyState,
  LOCKED,
  type Piece,
  PLAIN,
  type Retention,
  type Version,
} from './journal.ts';
import type { Random } from './random.ts';
import { dateIn, pathOf } from './requests.ts';
import type { StoreClient } from './store-client.ts';

const KEYS = 8;
/** Versions of a key that are kept before one is deleted for each that comes. */
const KEPT_VERSIONS = 5;
export const KEPT_LOCKED = 24;
const MIB = 1024 * 1024;

/** `flood` fills the log of the catalog fast, so that a kill falls into the moving of the log. */
export type LoadKind = 'mixed' | 'flood';

export class WorkerKeys {
  readonly journal: Journal;
  readonly random: Random;
  readonly #name: string;
  load: LoadKind = 'mixed';
  written = 0;

  constructor(name: string, journal: Journal, random: Random) {
    this.#name = name;
    this.journal = journal;
    this.random = random;
  }

  key(bucket = this.random.pick([PLAIN, LOCKED])): KeyState {
    return this.journal.state(bucket, `${this.#name}/key ${this.random.between(0, KEYS - 1)}`);
  }

  piece(size = this.size()): Piece {
    this.written += 1;
    return { seed: `${this.#name} ${this.written} ${this.random.between(0, 1e9)}`, size };
  }

  size(): number {
    if (this.load === 'flood') return this.random.between(12 * 1024, 16 * 1024);
    switch (this.random.weighted({ empty: 2, small: 55, middle: 33, large: 10 })) {
      case 'empty':
        return 0;
      case 'small':
        return this.random.between(1, 16 * 1024);
      case 'middle':
        return this.random.between(16 * 1024, 200 * 1024);
      case 'large':
        return this.random.between(200 * 1024, 2 * MIB);
    }
  }

  /** Does a call that gives a key another state; where the answer is lost, both are possible. */
  async change(state: KeyState, after: Version[], call: () => Promise<RawAnswer>): Promise<RawAnswer> {
    state.instead = after;
    const answer = await call();
    state.versions = after;
    state.instead = undefined;
    this.journal.acknowledged += 1;
    return answer;
  }

  /** The state with a new version on top. */
  withVersion(state: KeyState, version: Version): Version[] {
    return state.bucket === PLAIN ? [version] : [version, ...state.versions];
  }

  told(answer: RawAnswer, state: KeyState): string {
    const id = headerOf(answer, 'x-amz-version-id');
    if (state.bucket === PLAIN) {
      if (id !== undefined) throw new Error(`a version id where versioning was never on: ${id}`);
      return 'null';
    }
    if (id === undefined) throw new Error(`no version id: ${state.key}`);
    return id;
  }

  /** Keeps the number of versions in bounds. */
  async trim(client: StoreClient, state: KeyState): Promise<void> {
    if (state.versions.length <= KEPT_VERSIONS) return;
    const free = state.versions.slice(1).filter((version) => !isLocked(version));
    const oldest = free.at(-1);
    if (oldest !== undefined) await this.removeOne(client, state, oldest);
  }

  async removeOne(client: StoreClient, state: KeyState, version: Version): Promise<void> {
    const target = `${pathOf(state)}?versionId=${version.id}`;
    if (isLocked(version)) {
      const governed = version.retention[0]?.mode === 'GOVERNANCE' && !version.legalHold.includes(true);
      if (!governed || this.random.chance(0.5)) {
        await client.expect([403], { method: 'DELETE', target });
        return;
      }
    }
    const headers = isLocked(version) ? { 'x-amz-bypass-governance-retention': 'true' } : {};
    const after = state.versions.filter((each) => each !== version);
    await this.change(state, after, () => client.expect([204], { method: 'DELETE', target, headers }));
  }

  retention(): Retention | undefined {
    if (this.lockedCount() >= KEPT_LOCKED) return undefined;
    const mode = this.random.chance(0.4) ? 'COMPLIANCE' : 'GOVERNANCE';
    return { mode, until: dateIn(this.random.between(30, 300)) };
  }

  lockedCount(): number {
    return [...this.journal.versions()].filter(({ version }) => isLocked(version)).length;
  }
}
