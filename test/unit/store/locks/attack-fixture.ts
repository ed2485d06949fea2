// Versions under a lock, and what it means that an attack on one has failed.
import { expect } from 'vitest';
import { type Asked, type ObjectStore, verdict } from '../objects/object-fixture.ts';

export const BODY = 'the last copy'.repeat(3000);
export const BYPASS = 'x-amz-bypass-governance-retention';
export const MODE = 'x-amz-object-lock-mode';
const UNTIL = 'x-amz-object-lock-retain-until-date';
export const HOLD = 'x-amz-object-lock-legal-hold';

export type Lock = 'COMPLIANCE' | 'GOVERNANCE' | 'hold';

export interface Victim {
  readonly bucket: string;
  /** `/bucket/key` */
  readonly target: string;
  readonly versionId: string;
  readonly until: string;
}

export const retention = (mode: string, until: string): string =>
  `<Retention><Mode>${mode}</Mode><RetainUntilDate>${until}</RetainUntilDate></Retention>`;

export const deleteDocument = (items: readonly (readonly [key: string, versionId: string])[]): string =>
  `<Delete>${items.map(([key, id]) => `<Object><Key>${key}</Key><VersionId>${id}</VersionId></Object>`).join('')}</Delete>`;

export interface Attacks {
  /** ISO 8601. */
  later(seconds: number): string;
  victim(lock: Lock): Promise<Victim>;
  /** The attack must change nothing that is known of the bucket. */
  unchanged(attacked: Victim, attack: () => Promise<void>): Promise<void>;
  denied(method: string, target: string, asked?: Asked): Promise<void>;
}

export function attacksOn(store: ObjectStore): Attacks {
  const later = (seconds: number): string => new Date(store.nowMs() + seconds * 1000).toISOString();
  async function victim(lock: Lock): Promise<Victim> {
    const bucket = await store.bucket('locked');
    const until = later(600);
    const headers: Record<string, string> =
      lock === 'hold' ? { [HOLD]: 'ON' } : { [MODE]: lock, [UNTIL]: until };
    const versionId = await store.put(`/${bucket}/a`, BODY, headers);
    return { bucket, target: `/${bucket}/a`, versionId, until };
  }

  /** All that is known of a bucket: an attack that fails must not change any of it. */
  async function state({ bucket, target, versionId }: Victim): Promise<unknown> {
    const versions = await store.done('GET', `/${bucket}?versions`);
    const head = await store.done('HEAD', `${target}?versionId=${versionId}`);
    return [
      versions.text,
      head.headers.filter(([name]) => !/^(date|x-amz-request-id)$/i.test(name)),
      await store.body(`${target}?versionId=${versionId}`),
    ];
  }

  async function unchanged(attacked: Victim, attack: () => Promise<void>): Promise<void> {
    const before = await state(attacked);
    await attack();
    expect(await state(attacked)).toEqual(before);
  }

  async function denied(method: string, target: string, asked?: Asked): Promise<void> {
    const answer = await store.ask(method, target, asked);
    expect(verdict(answer)).toBe('403 AccessDenied');
  }

  return { later, victim, unchanged, denied };
}
