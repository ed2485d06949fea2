// The source of the numbers fails in every way that we know: what is served stays well-formed, bounded and explained, is never
// invented, and is right again when the source is.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type AdminCapacityRow, capacityRow, metricsText } from '../support/admin-capacity.ts';
import { bodyOf } from '../support/bodies.ts';
import { CapacitySourceWithFaults, type Fault } from '../support/capacity-source-with-faults.ts';
import {
  CEPH_WORDS,
  type ChangeNumber,
  MINIO_WORDS,
  type SourceWords,
} from '../support/capacity-source-words.ts';
import type { RunningStore } from '../support/running-store.ts';
import { bucketName } from '../support/s3-clients.ts';
import { type CapacityServed, servedCapacity } from '../support/served-capacity.ts';
import { describeOnStore } from '../support/stores.ts';
import { waitFor } from '../support/wait.ts';
import { watchUntil } from '../support/watch.ts';
import { Setting } from './capacity-truth/setting.ts';

const MIB = 1024 * 1024;
const HELD = 4 * MIB;
const HOUR_MS = 3_600_000;
const MAX_AGE_MS = 3_000;
const PACE = { refresh: '300ms', maxAge: `${MAX_AGE_MS}ms`, timeout: '1s' } as const;

describeOnStore('minio', 'a source of capacity that fails', (store) => faults(store, MINIO_WORDS));
describeOnStore('ceph', 'a source of capacity that fails', (store) => faults(store, CEPH_WORDS));

function faults(store: RunningStore, words: SourceWords): void {
  const isMinio = store.name === 'minio';
  const bucket = bucketName('faults');
  let source: CapacitySourceWithFaults;
  let setting: Setting;
  let directory = '';
  /** As the numbers were before the fault. */
  let good: CapacityServed;

  const served = () => servedCapacity(setting.gateway, bucket);
  const row = (): Promise<AdminCapacityRow> => capacityRow(setting.gateway, bucket);
  const write = (Key: string, bytes = HELD) =>
    setting.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: bodyOf(Key, bytes) }));

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'faults-'));
    const port = isMinio ? store.port : Number(new URL(store.metricsUrl ?? 'http://127.0.0.1:1').port);
    source = await CapacitySourceWithFaults.before({ host: store.host, port, isSource: words.isSource });
    setting = await Setting.before(store, {
      ...(isMinio && { storeUrl: source.url }),
      capacity: isMinio
        ? { source: 'minio', ...PACE }
        : { source: 'ceph-rgw', metrics: `${source.url}/metrics`, ...PACE },
      // Each of several workers keeps what it was told for a quarter of a second, a refusal too.
      config: { workers: 1, stateDirectory: join(directory, 'state') },
    });
    await setting.client.send(new CreateBucketCommand({ Bucket: bucket }));
    await write('first');
    good = await waitFor(
      async () => {
        const now = await served();
        return now.isServed && now.used === BigInt(HELD) && now;
      },
      { what: 'the first numbers', timeoutMs: 80_000 },
    );
  });

  afterAll(async () => {
    await setting?.[Symbol.asyncDispose]();
    await source?.[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  // Whatever it was, and whatever the test found: it passes.
  afterEach(async () => {
    await source.accept();
    source.heal();
    good = await watchUntil(
      async () => {
        const now = await served();
        return now.isServed && isAsBefore(now) && (await row()).error === undefined && now;
      },
      { what: 'the numbers to be right again', timeoutMs: 60_000 },
    );
  });

  /** The pool of the Ceph is everybody's: what other suites do meanwhile shows in its size. */
  function isAsBefore({ capacity, used }: CapacityServed): boolean {
    const apart = capacity > good.capacity ? capacity - good.capacity : good.capacity - capacity;
    return used === good.used && apart * 10n < good.capacity;
  }

  function expectAsBefore(now: CapacityServed): void {
    const shown = ({ capacity, used }: CapacityServed) => `capacity ${capacity}, used ${used}`;
    expect(isAsBefore(now), `${shown(now)}; before: ${shown(good)}`).toBe(true);
  }

  /** All the while that the source is asked so many times, what is served is as before, or refused where that is allowed. */
  async function expectAsBeforeWhileAsked(times: number, mayBeRefused = false): Promise<void> {
    const from = source.asked;
    await watchUntil(
      async () => {
        const now = await served();
        if (now.isServed) expectAsBefore(now);
        else expect(mayBeRefused, 'refused').toBe(true);
        return source.asked >= from + times;
      },
      { what: 'the source to be asked' },
    );
  }

  /** Why the source cannot be believed, and when it could be the last time. */
  async function expectExplained(): Promise<void> {
    const now = await row();
    expect(now.error).toMatch(/\S+ \S+ \S+/);
    expect(now.error).not.toContain(store.secretAccessKey);
    await expectSourceAndAge(now);
    expect(await metricsText(setting.gateway)).toContain('sosapi_gateway_');
  }

  async function expectSourceAndAge({ source: from, measuredAt }: AdminCapacityRow): Promise<void> {
    expect(from).toBe(store.kind);
    expect(Date.parse(measuredAt ?? '')).toBeLessThanOrEqual(Date.now());
  }

  async function expectLastGoodThenRefused(): Promise<void> {
    let wasServed = false;
    await watchUntil(
      async () => {
        const now = await served();
        if (!now.isServed) return true;
        expectAsBefore(now);
        wasServed = true;
        return false;
      },
      { what: 'the numbers to grow too old' },
    );
    expect(wasServed, 'the last good numbers, while they are young').toBe(true);
    await expectExplained();
    // And they do not come back while the fault lasts.
    const from = source.asked;
    const untilMs = Date.now() + 2_000;
    await watchUntil(
      async () => {
        expect((await served()).isServed).toBe(false);
        return source.asked > from || Date.now() > untilMs;
      },
      { what: 'a further measurement' },
    );
  }

  const numbers = (change: ChangeNumber, times?: number): Fault => ({
    kind: 'rewrite',
    ...(times !== undefined && { times }),
    body: (answer, path) => words.withNumbers(answer, path, change),
  });
  const digits = (text: string): Fault => numbers(() => text);
  const whole = (body: string): Fault => ({ kind: 'rewrite', body: () => body });

  describe('is not believed', () => {
    test.each<readonly [string, Fault]>([
      ['hangs', { kind: 'hang' }],
      ['answers a byte at a time and never ends', { kind: 'drip' }],
      ['resets connections', { kind: 'reset' }],
      ['answers 500', { kind: 'status', status: 500 }],
      ['answers 403', { kind: 'status', status: 403 }],
      ['answers 200 without a body', { kind: 'status', status: 200 }],
      ['ends in the middle of its answer', { kind: 'truncate' }],
      ['answers a page of a proxy', whole('<html><body><h1>502 Bad Gateway</h1></body></html>')],
      ['answers bytes that are no text', whole('\u0000\u0001\ufffd\uffff{"')],
      ['answers zeros', digits('0')],
      ['answers numbers below zero', digits('-4096')],
      ['says that less than nothing is free', numbers((kind, value) => (kind === 'free' ? '-1' : value))],
      ['answers words for numbers', digits('"many"')],
    ])('one that %s: the last good numbers, then 503', async (_, fault) => {
      source.break(fault);
      await expectLastGoodThenRefused();
    });

    // The same listener serves MinIO's objects.
    test.skipIf(isMinio)('one that nobody listens for: the last good numbers, then 503', async () => {
      await source.refuse();
      let wasServed = false;
      await watchUntil(
        async () => {
          const now = await served();
          if (now.isServed) expectAsBefore(now);
          wasServed ||= now.isServed;
          return !now.isServed;
        },
        { what: 'the numbers to grow too old' },
      );
      expect(wasServed).toBe(true);
      await expectExplained();
    });
  });

  describe('is believed', () => {
    test('one that is slow', async () => {
      source.break({ kind: 'slow', ms: 500 });
      await expectAsBeforeWhileAsked(6);
      expect((await row()).error).toBeUndefined();
    });

    test.each([
      ['five hours ahead', 5 * HOUR_MS],
      ['five hours behind', -5 * HOUR_MS],
      ['a hundred years ahead', 876_000 * HOUR_MS],
    ])('one whose clock is %s, and what is written meanwhile counts', async (name, aheadMs) => {
      source.break({ kind: 'clock', aheadMs });
      await expectAsBeforeWhileAsked(6);
      await write(name);
      const used = good.used + BigInt(HELD);
      good = { ...good, used };
      await waitFor(
        async () => {
          const now = await served();
          return now.isServed && now.used === used;
        },
        { what: 'the 4 MiB that were written' },
      );
      await expectAsBeforeWhileAsked(6);
      await expectSourceAndAge(await row());
    });

    test('one that has more free than there is: Available is never more than Capacity', async () => {
      source.break(
        numbers((kind, value) => (kind === 'free' ? `${BigInt(Math.round(Number(value))) * 3n}` : value)),
      );
      const from = source.asked;
      await watchUntil(
        async () => {
          await served();
          return source.asked > from + 6;
        },
        { what: 'the source to be asked' },
      );
      expect(setting.gateway.running).toBe(true);
    });

    test.each([
      ['2^53', 2n ** 53n + 1n, true],
      ['2^63', 2n ** 63n + 1n, false],
      ['2^64', 2n ** 64n + 1n, false],
      ['10^30', 10n ** 30n + 1n, false],
    ])('one with numbers over %s: exactly as it said them, or not at all', async (_, huge, isDemanded) => {
      source.break(numbers((kind, value) => (kind === 'used' ? value : `${huge}`)));
      const from = source.asked;
      await watchUntil(
        async () => {
          const now = await served();
          const isHuge = now.isServed && now.capacity >= huge;
          if (isHuge) {
            // Ceph says the size of a pool as what is stored and what is free.
            if (isMinio) expect(now.capacity).toBe(huge);
            expect(now.used).toBe(good.used);
            // On Ceph less what was written while the manager may still have said an older number.
            if (isMinio) expect(now.available).toBe(huge - good.used);
            else expect(huge - now.available).toBeLessThanOrEqual(good.used);
          } else if (now.isServed) expectAsBefore(now);
          await row();
          return isHuge || (!isDemanded && source.asked > from + 12);
        },
        { what: 'the huge numbers' },
      );
      await metricsText(setting.gateway);
      await expectSourceAndAge(await row());
    });
  });

  describe('is confirmed', () => {
    const halved: ChangeNumber = (_kind, value) => `${BigInt(Math.round(Number(value))) / 2n}`;
    const half = (kind: Parameters<ChangeNumber>[0], value: string) =>
      isMinio && kind === 'used' ? value : halved(kind, value);

    test('a store that is half as big for one measurement is not believed', async () => {
      source.break(numbers(half, 1));
      await expectAsBeforeWhileAsked(10);
      expect(source.rewritten).toBe(1);
    });

    test('a store that stays half as big is', async () => {
      source.break(numbers(half));
      await watchUntil(
        async () => {
          const now = await served();
          return now.isServed && now.capacity * 10n < good.capacity * 6n;
        },
        { what: 'the smaller store' },
      );
    });

    test.runIf(isMinio)('a bucket that is empty for one measurement is not believed', async () => {
      // A fall of 16 MiB is nothing remarkable.
      await write('one more', 24 * MIB);
      const used = good.used + BigInt(24 * MIB);
      good = { ...good, used };
      await waitFor(async () => (await row()).used?.bytes === `${used}`, {
        what: 'the scanner to find the 24 MiB',
      });
      source.break(numbers((kind, value) => (kind === 'used' ? '0' : value), 1));
      await expectAsBeforeWhileAsked(10);
      expect(source.rewritten).toBe(1);
    });
  });

  describe('fails while the gateway starts', () => {
    test.each<readonly [string, Fault]>([
      ['hangs', { kind: 'hang' }],
      ['answers 500', { kind: 'status', status: 500 }],
      ['answers zeros', digits('0')],
    ])('one that %s: 503, or the last good numbers while they are young', async (_, fault) => {
      source.break(fault);
      await setting.stop();
      await setting.start();
      await watchUntil(
        async () => {
          const now = await served();
          if (now.isServed) expectAsBefore(now);
          return !now.isServed;
        },
        { what: 'the numbers to be unknown' },
      );
      expect((await row()).error).toMatch(/\S+ \S+ \S+/);
      await metricsText(setting.gateway);
    });
  });
}
