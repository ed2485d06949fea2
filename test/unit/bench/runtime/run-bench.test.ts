// Runs of the bench against the gateway with a store behind it: what each case is told, how it ends, and what is left.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, test } from 'vitest';
import type { BenchCase, CaseResult } from '../../../../src/bench/bench-case.ts';
import { cleanBench } from '../../../../src/bench/runtime/clean-bench.ts';
import { type BenchOptions, type BenchProgress, runBench } from '../../../../src/bench/runtime/run-bench.ts';
import { useGatewayedStore } from '../../../support/embedded-store-fixture.ts';
import { bucketName } from '../../../support/s3-clients.ts';
import { standIn, targetAt } from './stand-in.ts';
import { stubCase } from './stub-case.ts';

const at = useGatewayedStore();
let bucket: string;
beforeAll(async () => {
  bucket = bucketName('bench');
  await at.client.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: true }));
});

const options = (cases: readonly BenchCase[], given: Partial<BenchOptions> = {}): BenchOptions => ({
  target: targetAt(at.gateway.endpoint, { bucket, credentials: at.gateway.credentials }),
  profile: 'full',
  cases,
  allowForeignObjects: false,
  makeBuckets: false,
  lockWaitMs: 30_000,
  onProgress() {},
  signal: new AbortController().signal,
  now: Date.now,
  ...given,
});

const outcomes = (results: readonly CaseResult[]) =>
  results.map(({ id, status, message }) => [id, status, ...(message === undefined ? [] : [message])]);

async function held(Bucket = bucket): Promise<readonly string[]> {
  const { Versions = [], DeleteMarkers = [] } = await at.client.send(
    new ListObjectVersionsCommand({ Bucket }),
  );
  return [...Versions, ...DeleteMarkers].map(({ Key = '' }) => Key);
}

describe('how cases end', () => {
  test('passed, failed, warned, skipped; and what is thrown otherwise', async () => {
    const { results } = await runBench(
      options([
        stubCase('passes', { run: async (context) => context.figure('ops/s', 5) }),
        stubCase('fails', { run: async (context) => context.fail('no') }),
        stubCase('throws', { run: () => Promise.reject(new Error('oh')) }),
        stubCase('mistaken', { run: () => Promise.reject(new TypeError('x is undefined')) }),
        stubCase('warns', { run: async (context) => context.warn('hm') }),
        stubCase('skips', { run: async (context) => context.skip('later') }),
        stubCase('unproven', { severity: 'unproven', run: async (context) => context.fail('maybe') }),
        stubCase('status', { run: async (context) => void (await context.get(`${context.prefix}none`)) }),
        stubCase('no-xml', {
          run: async (context) => {
            await context.put(`${context.prefix}k`, 'no XML');
            context.xml(await context.call({ method: 'GET', key: `${context.prefix}k` }));
          },
        }),
      ]),
    );
    expect(outcomes(results)).toEqual([
      ['passes', 'passed'],
      ['fails', 'failed', 'no'],
      ['throws', 'failed', 'oh'],
      [
        'mistaken',
        'warned',
        'the bench itself failed, which says nothing of the store: TypeError: x is undefined',
      ],
      ['warns', 'warned', 'hm'],
      ['skips', 'skipped', 'later'],
      ['unproven', 'warned', 'maybe'],
      ['status', 'failed', expect.stringContaining('was answered 404 NoSuchKey; success (2xx) must come')],
      ['no-xml', 'failed', expect.stringContaining('not well-formed XML')],
    ]);
    expect(results[0]).toMatchObject({ figures: { 'ops/s': 5 }, evidence: [] });
    expect(results[7]?.evidence).toMatchObject([{ request: { method: 'GET' }, answer: { status: 404 } }]);
  });

  test('one that is over its time has failed, whether it listens or not', async () => {
    let late: unknown;
    const { results } = await runBench(
      options([
        stubCase('sleeps', { deadlineMs: 50, run: (context) => context.sleep(60_000) }),
        stubCase('deaf', {
          deadlineMs: 50,
          async run(context) {
            await sleep(6000);
            late = await context
              .call({ method: 'PUT', key: `${context.prefix}late` })
              .catch(({ message }) => message);
          },
        }),
      ]),
    );
    expect(outcomes(results)).toEqual([
      ['sleeps', 'failed', expect.stringContaining('not done within 0.05 s')],
      ['deaf', 'failed', 'not done within 0.05 s'],
    ]);
    await expect.poll(() => late, { timeout: 10_000 }).toContain('told to end');
    expect(await held()).toEqual([]);
  });
});

describe('how cases run', () => {
  test('each below a prefix of its own, a bounded number at a time, those that must be alone last and alone', async () => {
    const prefixes = new Set<string>();
    const running = new Set<string>();
    let most = 0;
    const withCompany: string[] = [];
    const order: string[] = [];
    const cases = Array.from({ length: 12 }, (_, n) => {
      const id = `case-${n}`;
      const alone = n % 4 === 0 ? { alone: true as const } : {};
      return stubCase(id, {
        ...alone,
        async run({ prefix, sleep: pause }) {
          prefixes.add(prefix);
          running.add(id);
          most = Math.max(most, running.size);
          await pause(20);
          if (n % 4 === 0 && running.size > 1) withCompany.push(id);
          order.push(id);
          running.delete(id);
        },
      });
    });
    const progress: BenchProgress[] = [];
    const { results, runId } = await runBench(
      options(cases, { concurrency: 3, onProgress: (each) => progress.push(each) }),
    );
    expect(results.map(({ id }) => id)).toEqual(cases.map(({ id }) => id));
    expect([most, withCompany]).toEqual([3, []]);
    expect(order.slice(-3)).toEqual(['case-0', 'case-4', 'case-8']);
    expect([...prefixes]).toContain(`Veeam/Backup/sosapi-bench-${runId}/case-3/`);
    expect(prefixes.size).toBe(12);
    expect(progress.filter(({ ended }) => ended !== undefined).map(({ done }) => done)).toEqual(
      Array.from({ length: 12 }, (_, n) => n + 1),
    );
  });

  test('when it is told to end, what runs ends, the rest is skipped, and all is deleted', async () => {
    const controller = new AbortController();
    const { results, interrupted } = await runBench(
      options(
        [
          stubCase('done', { run: async (context) => void (await context.put(`${context.prefix}k`, 'x')) }),
          stubCase('running', {
            async run(context) {
              await context.put(`${context.prefix}k`, 'x');
              controller.abort();
              await context.sleep(60_000);
            },
          }),
          stubCase('waiting'),
        ],
        { signal: controller.signal, concurrency: 1 },
      ),
    );
    expect(outcomes(results)).toEqual([
      ['done', 'passed'],
      ['running', 'skipped', 'the run was interrupted'],
      ['waiting', 'skipped', 'the run was interrupted'],
    ]);
    expect([interrupted, await held()]).toEqual([true, []]);
  });

  test('buckets of their own are made where that is allowed, and deleted', async () => {
    const made: string[] = [];
    const cases = [
      stubCase('declared', {
        makesBuckets: true,
        run: async (context) => void made.push(await context.makeBucket()),
      }),
      stubCase('undeclared', {
        async run(context) {
          const own = await context.makeBucket({ objectLock: true });
          made.push(own);
          await context.put('k', 'x', { bucket: own, lockSeconds: 1 });
          await context.call({ method: 'DELETE', bucket: own, key: 'k' });
        },
      }),
    ];
    expect(outcomes((await runBench(options(cases))).results)).toEqual([
      ['declared', 'skipped', expect.stringContaining('--make-buckets')],
      ['undeclared', 'skipped', expect.stringContaining('--make-buckets')],
    ]);
    expect(made).toEqual([]);
    const { results, leftovers } = await runBench(options(cases, { makeBuckets: true }));
    expect([outcomes(results), leftovers]).toEqual([
      [
        ['declared', 'passed'],
        ['undeclared', 'passed'],
      ],
      [],
    ]);
    expect(made).toHaveLength(2);
    const { Buckets = [] } = await at.client.send(new ListBucketsCommand({}));
    expect(Buckets.map(({ Name }) => Name)).toEqual([bucket]);
  });
});

describe('the cleanup', () => {
  test('waits for short locks, and takes versions, markers, uploads, holds and keys behind a slash', async () => {
    const texts: string[] = [];
    const { results, leftovers } = await runBench(
      options(
        [
          stubCase('writes', {
            async run(context) {
              const { prefix } = context;
              await context.put(`${prefix}locked`, 'x', { lockSeconds: 2 });
              await context.call({ method: 'DELETE', key: `${prefix}locked` });
              await context.put(`/${prefix}slash {}`, 'x');
              const until = new Date(Date.now() + 3_600_000).toISOString();
              const governed = {
                'x-amz-object-lock-mode': 'GOVERNANCE',
                'x-amz-object-lock-retain-until-date': until,
              };
              await context.put(`${prefix}governed`, 'x', { headers: governed });
              await context.put(`${prefix}held`, 'x', { headers: { 'x-amz-object-lock-legal-hold': 'ON' } });
              await context.call({ method: 'POST', key: `${prefix}upload`, query: [['uploads', '']] });
            },
          }),
        ],
        { onProgress: ({ text }) => text !== undefined && texts.push(text) },
      ),
    );
    expect([outcomes(results), leftovers]).toEqual([[['writes', 'passed']], []]);
    expect(await held()).toEqual([]);
    expect(
      (await at.client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads,
    ).toBeUndefined();
    expect(texts.join()).toMatch(/1 are locked for \d s more/);
  });

  test('names what is locked for longer, with the date; bench clean deletes it later', async () => {
    const { leftovers } = await runBench(
      options(
        [
          stubCase('locks', {
            run: async (context) => void (await context.put(`${context.prefix}k`, 'x', { lockSeconds: 4 })),
          }),
        ],
        { lockWaitMs: 0 },
      ),
    );
    const [left] = leftovers;
    expect(leftovers).toEqual([
      {
        bucket,
        key: expect.stringContaining('/locks/k'),
        versionId: expect.any(String),
        deletableFrom: expect.any(String),
        reason: expect.stringContaining('403'),
      },
    ]);
    expect(Date.parse(left?.deletableFrom ?? '')).toBeGreaterThan(Date.now());
    const { target, now, signal } = options([]);
    const cleaned = await cleanBench({ target, now, signal, lockWaitMs: 30_000, onProgress() {} });
    expect(cleaned).toEqual({ deleted: 1, leftovers: [] });
    expect(await held()).toEqual([]);
  });
});

describe('a bucket with the objects of others', () => {
  const foreign = async (...keys: readonly string[]) => {
    const Bucket = bucketName('foreign');
    await at.client.send(new CreateBucketCommand({ Bucket }));
    for (const Key of keys) await at.client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    return {
      Bucket,
      target: targetAt(at.gateway.endpoint, { bucket: Bucket, credentials: at.gateway.credentials }),
    };
  };
  const OWN = 'Veeam/Backup/sosapi-bench-0123456789ab/case/k';

  test.each([
    ['elsewhere', 'other'],
    ['beside its prefix', 'Veeam/Backup/production/Clients/x'],
    ['in another folder of Veeam', 'Veeam/Archive/x'],
    ['with a like name', 'Veeam/Backup/sosapi-benchmark'],
    ['behind a slash', '/Veeam/x'],
  ])('%s is refused, and nothing is written', async (_, key) => {
    const { Bucket, target } = await foreign(OWN, 'Veeam/', 'Veeam/Backup/', key);
    const run: string[] = [];
    const writes = stubCase('writes', { run: async ({ prefix }) => void run.push(prefix) });
    await expect(runBench(options([writes], { target }))).rejects.toThrow('holds what is not the bench');
    expect([run, await held(Bucket)]).toEqual([[], expect.arrayContaining([key])]);
  });

  test('its own leftovers and the folders above them are no reason', async () => {
    const { Bucket, target } = await foreign(OWN, 'Veeam/', 'Veeam/Backup/');
    expect((await runBench(options([stubCase('a')], { target }))).results).toMatchObject([
      { status: 'passed' },
    ]);
    expect(await held(Bucket)).toEqual(['Veeam/', 'Veeam/Backup/', OWN]);
  });

  test('when it is allowed, they stay; bench clean lets them be too', async () => {
    const { Bucket, target } = await foreign(OWN, 'other', 'Veeam/Backup/production/x');
    await at.client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'other upload' }));
    const writes = stubCase('writes', {
      run: async (context) => void (await context.put(`${context.prefix}k`, 'x')),
    });
    const { results } = await runBench(options([writes], { target, allowForeignObjects: true }));
    expect(results).toMatchObject([{ status: 'passed' }]);
    expect(await held(Bucket)).toEqual(['Veeam/Backup/production/x', OWN, 'other']);
    const { now, signal } = options([]);
    expect(await cleanBench({ target, now, signal, lockWaitMs: 0, onProgress() {} })).toMatchObject({
      deleted: 1,
    });
    expect(await held(Bucket)).toEqual(['Veeam/Backup/production/x', 'other']);
    const { Uploads = [] } = await at.client.send(new ListMultipartUploadsCommand({ Bucket }));
    expect(Uploads.map(({ Key }) => Key)).toEqual(['other upload']);
  });
});

describe('a store that cannot be tested', () => {
  test.each([
    ['no bucket', { bucket: 'there-is-none' }, 'there is no bucket "there-is-none"'],
    ['nobody there', { endpoint: new URL('http://127.0.0.1:1') }, 'gives no answer: connect ECONNREFUSED'],
    [
      'another key',
      { credentials: { accessKeyId: 'NOBODY', secretAccessKey: 'x' } },
      'does not know the key',
    ],
    ['another region', { region: 'eu-west-9' }, 'the region is not "eu-west-9"'],
  ])('%s: one sentence', async (_, given, message) => {
    const run = options([], { target: { ...options([]).target, ...given } });
    await expect(runBench(run)).rejects.toMatchObject({
      name: 'BenchRefusal',
      message: expect.stringContaining(message),
    });
  });

  test('a listing that shows what others have is not believed by the cleanup', async () => {
    const page = (keys: readonly string[]) =>
      `<ListVersionsResult>${keys.map((key) => `<Version><Key>${key}</Key><VersionId>1</VersionId></Version>`).join('')}</ListVersionsResult>`;
    await using server = await standIn(({ method, target }, response) => {
      if (method === 'GET' && target.includes('versions')) response.end(page(['production/1', 'Veeam/']));
      else if (method === 'GET') response.end('<ListBucketResult/>');
      else response.writeHead(204).end();
    });
    const { leftovers } = await runBench(
      options([stubCase('a')], { target: targetAt(server.endpoint), allowForeignObjects: true }),
    );
    expect(leftovers).toEqual([]);
    expect(server.taken.filter(({ method }) => method === 'DELETE')).toEqual([]);
  });

  test('one delete without an answer, and uploads that cannot be read, do not keep the rest', async () => {
    const gone = new Set<string>();
    await using server = await standIn(({ method, target }, response) => {
      const [, prefix] = /prefix=(Veeam[^&]*)/.exec(decodeURIComponent(target)) ?? [];
      const left = ['a', 'b', 'c'].filter((name) => !gone.has(name));
      const versions = left.map(
        (name) => `<Version><Key>${prefix}${name}</Key><VersionId>1</VersionId></Version>`,
      );
      const isListing = method === 'GET' && target.includes('versions=');
      if (isListing)
        response.end(`<ListVersionsResult>${prefix ? versions.join('') : ''}</ListVersionsResult>`);
      else if (method === 'GET') response.end(target.includes('uploads') ? 'no XML' : '<ListBucketResult/>');
      else if (target.includes('/b?')) response.destroy();
      else {
        gone.add(/\/(\w)\?/.exec(target)?.[1] ?? '');
        response.writeHead(204).end();
      }
    });
    const { leftovers } = await runBench(
      options([stubCase('a')], { target: targetAt(server.endpoint), allowForeignObjects: true }),
    );
    expect([...gone].sort()).toEqual(['a', 'c']);
    expect(leftovers.filter(({ key }) => key?.endsWith('/b'))).toHaveLength(1);
    expect(leftovers.filter(({ reason }) => reason.includes('unfinished uploads'))).toHaveLength(2);
  });

  test('deletes that do nothing end, and what is left is named', async () => {
    const key = /prefix=(Veeam[^&]*)/;
    await using server = await standIn(({ method, target }, response) => {
      const [, prefix] = key.exec(decodeURIComponent(target)) ?? [];
      const isListing = method === 'GET' && target.includes('versions=') && prefix !== undefined;
      if (isListing)
        response.end(
          `<ListVersionsResult><Version><Key>${prefix}k</Key><VersionId>1</VersionId></Version></ListVersionsResult>`,
        );
      else if (method === 'GET') response.end('<ListBucketResult/>');
      else response.writeHead(204).end();
    });
    const { leftovers } = await runBench(
      options([stubCase('a')], { target: targetAt(server.endpoint), allowForeignObjects: true }),
    );
    expect(leftovers).toMatchObject([{ versionId: '1', reason: expect.stringContaining('still listed') }]);
    expect(server.taken.filter(({ method }) => method === 'DELETE')).toHaveLength(3);
  });
});
