// What every CapacityProvider must do; each implementation runs it, against a stand-in or a real store.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CapacityUnknownError } from '../../src/capacity/capacity.ts';
import type { CapacityFigures } from '../../src/capacity/figures.ts';
import type { CapacityProvider } from '../../src/capacity/provider.ts';

export type NumberName = 'total' | 'free' | 'used';

export interface CapacityProviderSubject {
  readonly provider: CapacityProvider;
  /** A bucket that the store has. */
  readonly bucket: string;
  /** A bucket that it has not; leave out for a source that cannot know. */
  readonly missingBucket?: string;
  /** The numbers that it tells of `bucket`: all three unless given. */
  readonly tells?: readonly NumberName[];
  close?(): Promise<void> | void;
}

const ALL: readonly NumberName[] = ['total', 'free', 'used'];
const NAME = /^[a-z][a-z0-9-]*$/;

export function describeCapacityProvider(
  name: string,
  makeSubject: () => CapacityProviderSubject | Promise<CapacityProviderSubject>,
): void {
  describe(`capacity provider ${name}`, () => {
    let subject: CapacityProviderSubject;
    beforeAll(async () => {
      subject = await makeSubject();
    });
    afterAll(() => subject.close?.());
    const patience = () => AbortSignal.timeout(10_000);
    const measure = () => subject.provider.measure(subject.bucket, patience());

    it('tells the numbers that it can tell, and no others', async () => {
      const figures = await measure();
      expect(ALL.filter((number) => figures[number] !== undefined)).toEqual(subject.tells ?? ALL);
    });

    it('gives each number in bigint with its source and a moment that was', async () => {
      const { total, free, used } = await measure();
      const sources = subject.provider.source.split('+');
      for (const figure of [total, free, used]) {
        if (!figure) continue;
        expect(typeof figure.bytes).toBe('bigint');
        expect(figure.bytes >= 0n).toBe(true);
        expect(sources).toContain(figure.source);
        expect(Number.isFinite(figure.atMs)).toBe(true);
        expect(figure.atMs).toBeLessThanOrEqual(Date.now());
      }
      if (total) expect(total.bytes > 0n).toBe(true);
      if (total && free) expect(free.bytes <= total.bytes).toBe(true);
    });

    it('says how far behind the usage is, and whether uploads are in it', async () => {
      const { used } = await measure();
      if (!used) return expect(subject.tells).not.toContain('used');
      expect(Number.isFinite(used.lagMs)).toBe(true);
      expect(used.lagMs).toBeGreaterThanOrEqual(0);
      expect(['counted', 'not-counted']).toContain(used.uploads);
    });

    it('gives quotas that have a name and a limit', async () => {
      const { quotas = [] } = await measure();
      for (const { name: quota, limitBytes, usedBytes } of quotas) {
        expect(quota).toMatch(/^\S.*quota.*|^quota/);
        expect(limitBytes >= 0n).toBe(true);
        if (usedBytes !== undefined) expect(usedBytes >= 0n).toBe(true);
      }
    });

    it('measures concurrently', async () => {
      const all = await Promise.all([measure(), measure(), measure()]);
      const told = ({ total, free, used }: CapacityFigures) => [total, free, used].map((figure) => !!figure);
      for (const figures of all) {
        expect(figures.total?.bytes).toBe(all[0]?.total?.bytes);
        expect(told(figures)).toEqual(told(all[0] ?? {}));
      }
    });

    it('rejects promptly when the signal is aborted, and answers the next caller', async () => {
      const aborted = subject.provider.measure(subject.bucket, AbortSignal.abort());
      await expect(aborted).rejects.toBeInstanceOf(CapacityUnknownError);
      await measure();
    });

    it('says in one sentence which bucket the store does not have', async ({ skip }) => {
      const { missingBucket } = subject;
      if (missingBucket === undefined) return skip('this source cannot know');
      const error = await subject.provider
        .measure(missingBucket, patience())
        .catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(CapacityUnknownError);
      const { message } = error as CapacityUnknownError;
      expect(message).toContain(missingBucket);
      expect(message).toMatch(/^asked .+ for .+: .+/);
      expect(message).not.toContain('\n');
    });

    it('names its source', () => {
      for (const source of subject.provider.source.split('+')) expect(source).toMatch(NAME);
    });
  });
}
