// What every CapacityProvider must do; each implementation runs it, against a stand-in or a real store.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CapacityUnknownError } from '../../src/capacity/capacity.ts';
import type { CapacityProvider } from '../../src/capacity/provider.ts';

export interface CapacityProviderSubject {
  readonly provider: CapacityProvider;
  /** A bucket that the store has. */
  readonly bucket: string;
  /** A bucket that it has not; leave out for a source that cannot know. */
  readonly missingBucket?: string;
  close?(): Promise<void> | void;
}

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

    it('measures in bigint and keeps the invariants', async () => {
      const before = Date.now();
      const sample = await subject.provider.measure(subject.bucket, patience());
      for (const bytes of [sample.capacityBytes, sample.availableBytes, sample.usedBytes]) {
        expect(typeof bytes).toBe('bigint');
        expect(bytes >= 0n).toBe(true);
      }
      expect(sample.capacityBytes > 0n).toBe(true);
      expect(sample.availableBytes <= sample.capacityBytes).toBe(true);
      const accounted = sample.usedBytes + sample.availableBytes <= sample.capacityBytes;
      const overQuota = sample.usedBytes > sample.capacityBytes && sample.availableBytes === 0n;
      expect(accounted || overQuota).toBe(true);
      expect(Number.isFinite(sample.sampledAtMs)).toBe(true);
      expect(sample.sampledAtMs).toBeLessThanOrEqual(Math.max(Date.now(), before));
    });

    it('measures concurrently', async () => {
      const measure = () => subject.provider.measure(subject.bucket, patience());
      const samples = await Promise.all([measure(), measure(), measure()]);
      for (const sample of samples) expect(sample.capacityBytes).toBe(samples[0]?.capacityBytes);
    });

    it('rejects promptly when the signal is aborted, and answers the next caller', async () => {
      const aborted = subject.provider.measure(subject.bucket, AbortSignal.abort());
      await expect(aborted).rejects.toBeInstanceOf(CapacityUnknownError);
      await subject.provider.measure(subject.bucket, patience());
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
      expect(subject.provider.source).toMatch(/^[a-z][a-z0-9-]*$/);
    });
  });
}
