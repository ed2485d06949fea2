// `bench` as users run it: against the gateway with a store of its own.
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { readReport, renderJson } from '../../../src/bench/report/json-report.ts';
import type { BenchReport } from '../../../src/bench/report/report.ts';
import { useGatewayWithOwnStore } from '../../support/embedded-store-fixture.ts';
import { bucketName } from '../../support/s3-clients.ts';
import { ONE_OF_EACH, report, result } from '../../unit/bench/report/sample-report.ts';
import { CREDENTIALS, standIn } from '../../unit/bench/runtime/stand-in.ts';
import { Command, ran, scratch } from '../../unit/cli/cli-fixture.ts';

const at = useGatewayWithOwnStore();

async function freshBucket(): Promise<string> {
  const Bucket = bucketName('bench');
  await at.client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
  return Bucket;
}

async function held(Bucket: string): Promise<readonly string[]> {
  const { Versions = [], DeleteMarkers = [] } = await at.client.send(
    new ListObjectVersionsCommand({ Bucket }),
  );
  return [...Versions, ...DeleteMarkers].map(({ Key = '' }) => Key);
}

const runArgs = (bucket: string, ...more: readonly string[]) => [
  ...['bench', 'run', '--endpoint', at.gateway.endpoint, '--bucket', bucket, '--report', 'reports'],
  ...more,
];

function environment(): NodeJS.ProcessEnv {
  const { accessKeyId, secretAccessKey } = at.gateway.credentials;
  return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
}

async function reportIn(directory: string): Promise<BenchReport> {
  const file = join(directory, 'reports/report.json');
  return readReport(await readFile(file, 'utf8'), file);
}

const failedIn = ({ results }: BenchReport) =>
  results.flatMap(({ id, status, message }) => (status === 'failed' ? [`${id}: ${message}`] : []));

describe('bench run', () => {
  test('smoke: exit code 0, all reports, nothing left, and no credentials in what it wrote', async () => {
    await using directory = await scratch();
    const bucket = await freshBucket();
    const { code, out, err } = await ran(
      runArgs(bucket, '--profile', 'smoke'),
      directory.path,
      environment(),
    );
    expect([err, code]).toEqual([expect.stringContaining('] passed smoke-write-read\n'), 0]);
    expect(out).toContain('Nothing that would break Veeam was found.');
    expect((await readdir(join(directory.path, 'reports'))).sort()).toEqual([
      'junit.xml',
      'report.html',
      'report.json',
    ]);
    const found = await reportIn(directory.path);
    expect(found).toMatchObject({ profile: 'smoke', interrupted: false, leftovers: [], target: { bucket } });
    expect(found.counts).toMatchObject({
      failed: 0,
      passed: found.results.length - found.counts.warned - found.counts.skipped,
    });
    expect(await held(bucket)).toEqual([]);
    for (const name of await readdir(join(directory.path, 'reports'))) {
      const text = await readFile(join(directory.path, 'reports', name), 'utf8');
      for (const secret of Object.values(at.gateway.credentials)) expect(text).not.toContain(secret);
    }
  });

  test('core: nothing of the gateway would break Veeam, and nothing is left', {
    timeout: 300_000,
  }, async () => {
    await using directory = await scratch();
    const bucket = await freshBucket();
    const { code, err } = await ran(runArgs(bucket, '--make-buckets'), directory.path, environment());
    const found = await reportIn(directory.path);
    expect([failedIn(found), found.leftovers, code, err]).toEqual([[], [], 0, expect.any(String)]);
    expect(found.profile).toBe('core');
    expect(await held(bucket)).toEqual([]);
  });

  test('a bucket with the objects of others is refused in one sentence', async () => {
    await using directory = await scratch();
    const Bucket = await freshBucket();
    await at.client.send(new PutObjectCommand({ Bucket, Key: 'Veeam/Backup/production/k', Body: 'x' }));
    expect(await ran(runArgs(Bucket, '--profile', 'smoke'), directory.path, environment())).toEqual({
      code: 2,
      out: '',
      err: `sosapi-gateway: the bucket "${Bucket}" holds what is not the bench's ("Veeam/Backup/production/"): name an empty bucket, or say --allow-foreign-objects (they are neither changed nor deleted).\n`,
    });
    const allowed = runArgs(Bucket, '--profile', 'smoke', '--allow-foreign-objects');
    expect(await ran(allowed, directory.path, environment())).toMatchObject({ code: 0 });
    expect(await held(Bucket)).toEqual(['Veeam/Backup/production/k']);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s ends it: what ran is reported, all is deleted',
    async (signal) => {
      await using directory = await scratch();
      const bucket = await freshBucket();
      await using command = new Command(runArgs(bucket), { cwd: directory.path, env: environment() });
      await command.until(() => command.err.includes('\n[5/'), 'five cases to end');
      command.process.signal(signal);
      expect(await command.code()).toBe(130);
      expect(command.err).toContain('ending, and deleting what was written; once more to end at once');
      const found = await reportIn(directory.path);
      expect([found.interrupted, found.counts.skipped > 0, found.counts.passed > 0]).toEqual([
        true,
        true,
        true,
      ]);
      expect([found.leftovers, await held(bucket)]).toEqual([[], []]);
    },
  );

  test('a second Ctrl-C ends it at once, whatever the store does', async () => {
    await using directory = await scratch();
    const key = 'prefix=(Veeam[^&]*)';
    // Writes and deletes are never answered.
    await using server = await standIn(({ method, target }, response) => {
      if (method !== 'GET') return;
      const [, prefix] = new RegExp(key).exec(decodeURIComponent(target)) ?? [];
      const version = `<Version><Key>${prefix}k</Key><VersionId>1</VersionId></Version>`;
      const isListing = target.includes('versions=');
      response.end(
        isListing
          ? `<ListVersionsResult>${prefix ? version : ''}</ListVersionsResult>`
          : '<ListBucketResult/>',
      );
    });
    const taken = (wanted: string) => server.taken.some(({ method }) => method === wanted);
    const args = ['bench', 'run', '--endpoint', server.endpoint, '--bucket', 'bucket', '--report', 'reports'];
    const env = {
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    };
    await using command = new Command([...args, '--only', 'smoke-write-read'], { cwd: directory.path, env });
    await command.until(() => taken('PUT'), 'a write');
    command.process.signal('SIGINT');
    await command.until(() => taken('DELETE'), 'the cleanup');
    command.process.signal('SIGINT');
    expect(await command.code()).toBe(130);
    expect(await readdir(join(directory.path, 'reports'))).toEqual([]);
  });

  test('on a terminal: one line that is written over, and colours', async () => {
    await using directory = await scratch();
    const bucket = await freshBucket();
    const args = runArgs(bucket, '--profile', 'smoke');
    await using command = new Command(args, { cwd: directory.path, env: environment(), onTerminal: true });
    expect(await command.code()).toBe(0);
    expect(command.out).toMatch(/\r\x1b\[K0\/\d+ done, 0 failed, now [a-z]/);
    expect(command.out).not.toContain('] passed ');
    expect(command.out).toContain('\x1b[32mNothing that would break Veeam was found.');
  });

  test('--list prints the cases, and needs no store', async () => {
    await using directory = await scratch();
    const { code, out } = await ran(['bench', 'run', '--list', '--profile', 'smoke'], directory.path);
    expect([code, out.split('\n')[0]]).toEqual([
      0,
      expect.stringMatching(/^ID +GROUP +SEVERITY +PROFILE +NEEDS +TITLE$/),
    ]);
    expect(out).toMatch(/^smoke-write-read +sequence +breaks +smoke +What was/m);
    expect(out).not.toMatch(/ full /);
  });
});

describe('bench clean', () => {
  test('deletes what a run that was killed has left, and nothing else', async () => {
    await using directory = await scratch();
    const Bucket = await freshBucket();
    await at.client.send(new PutObjectCommand({ Bucket, Key: 'other', Body: 'x' }));
    const args = runArgs(Bucket, '--allow-foreign-objects');
    await using command = new Command(args, { cwd: directory.path, env: environment() });
    await command.until(() => command.err.includes('\n[3/'), 'three cases to end');
    command.process.signal('SIGKILL');
    await once(command.process.child, 'close');
    expect((await held(Bucket)).length).toBeGreaterThan(1);
    const clean = ['bench', 'clean', '--endpoint', at.gateway.endpoint, '--bucket', Bucket];
    const { code, out } = await ran(clean, directory.path, environment());
    expect([code, out]).toEqual([0, expect.stringMatching(/^\d+ deleted, 0 left\n$/)]);
    expect(await held(Bucket)).toEqual(['other']);
  });
});

describe('bench compare', () => {
  test.each([
    ['the same', ONE_OF_EACH, ONE_OF_EACH, 0, 'No case differs.'],
    ['mended', [result('x', { status: 'failed' })], [result('x')], 0, 'failed (breaks)'],
    ['broken', [result('x')], [result('x', { status: 'failed' })], 1, 'B breaks it'],
  ])('%s', async (_, a, b, expected, text) => {
    await using directory = await scratch();
    await writeFile(join(directory.path, 'a.json'), renderJson(report(a)));
    await writeFile(join(directory.path, 'b.json'), renderJson(report(b)));
    const { code, out } = await ran(['bench', 'compare', 'a.json', 'b.json'], directory.path);
    expect([code, out]).toEqual([expected, expect.stringContaining(text)]);
  });
});

describe('the command', () => {
  test('what the caller can mend is one sentence, without a stack trace', async () => {
    await using directory = await scratch();
    expect(await ran(['bench', 'run', '--bucket', 'abc'], directory.path)).toEqual({
      code: 2,
      out: '',
      err: 'sosapi-gateway: --endpoint is missing: it is the URL of the store, as https://s3.example.com:9000.\n',
    });
  });

  test('bench --help explains every sub-command', async () => {
    await using directory = await scratch();
    const { code, out } = await ran(['bench', '--help'], directory.path);
    expect(code).toBe(0);
    for (const name of ['run', 'compare', 'clean']) expect(out).toContain(`sosapi-gateway bench ${name} `);
  });
});
