// The audit log of a whole gateway: who changed, deleted or was refused what, over rotation, workers and a place that cannot be written.
import { mkdir, mkdtemp, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CHAIN_START } from '../../../src/telemetry/audit-chain.ts';
import { verifyAudit } from '../../../src/telemetry/audit-verify.ts';
import { EmbeddedStore } from '../../support/embedded-store.ts';
import { asRunningStore } from '../../support/embedded-store-fixture.ts';
import { GatewayProcess } from '../../support/gateway-process.ts';
import { operatorToken } from '../../support/operator-token.ts';
import { bucketName, sdk } from '../../support/s3-clients.ts';
import { waitFor } from '../../support/wait.ts';

interface WrittenConfig {
  readonly credentials: readonly object[];
}

interface Line {
  readonly sequence: number;
  readonly event: string;
  readonly previous: string;
  readonly [name: string]: unknown;
}

const operator = operatorToken();
const REFUSALS = 4;
let directory = '';
let store: EmbeddedStore;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'audit-'));
  store = await EmbeddedStore.start({ dataDirectory: join(directory, 'data') });
});

afterAll(async () => {
  await store?.kill();
  await rm(directory, { recursive: true, force: true });
});

async function linesOf(file: string): Promise<readonly Line[]> {
  const text = await readFile(file, 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

let count = 0;

function startGateway(file: string, workers: number): Promise<GatewayProcess> {
  return GatewayProcess.start({
    store: asRunningStore(store),
    clients: [{ bypassGovernance: true }, { access: 'read-only' }],
    config: {
      workers,
      admin: operator.admin,
      audit: { file, refusalsPerMinute: REFUSALS },
      log: { access: false },
    },
  });
}

describe.each([1, 2])('%i workers', (workers) => {
  let file: string;
  let gateway: GatewayProcess;
  let client: S3Client;
  let Bucket: string;

  beforeEach(async () => {
    file = join(directory, `audit-${++count}.log`);
    Bucket = bucketName('audit');
    gateway = await startGateway(file, workers);
    client = sdk(gateway);
    await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
  });

  afterEach(async () => {
    client?.destroy();
    if (gateway?.running) await gateway.stop();
  });

  const line = (event: string, more: (line: Line) => boolean = () => true, from = file) =>
    waitFor(async () => (await linesOf(from)).find((each) => each.event === event && more(each)), {
      what: `a line ${event}`,
    });
  const expectWhole = async (files: readonly string[] = [file]) =>
    expect((await verifyAudit(files)).map(({ broken }) => broken)).toEqual(files.map(() => 0));

  test('tells each change of protection with what was asked and what came of it', async () => {
    const until = new Date(Date.now() + 60_000);
    until.setMilliseconds(0);
    const { VersionId } = await client.send(new PutObjectCommand({ Bucket, Key: 'a key', Body: 'x' }));
    const at = { Bucket, Key: 'a key', VersionId };
    const Retention = { Mode: 'GOVERNANCE', RetainUntilDate: until } as const;
    await client.send(new PutObjectRetentionCommand({ ...at, Retention }));
    await client.send(new PutObjectLegalHoldCommand({ ...at, LegalHold: { Status: 'ON' } }));
    await client.send(new PutObjectLegalHoldCommand({ ...at, LegalHold: { Status: 'OFF' } }));
    await expect(client.send(new DeleteObjectCommand(at))).rejects.toMatchObject({ name: 'AccessDenied' });
    await client.send(new DeleteObjectCommand({ ...at, BypassGovernanceRetention: true }));
    const DefaultRetention = { Mode: 'GOVERNANCE', Days: 1 } as const;
    const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention } } as const;
    await client.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy: '{}' })).catch(() => {});

    const by = { accessKeyId: gateway.credentials.accessKeyId, remote: '127.0.0.1', bucket: Bucket };
    await line('bucket-rules');
    const lines = await linesOf(file);
    expect(lines[0]).toMatchObject({ sequence: 1, event: 'start', previous: CHAIN_START.hash });
    // Of several workers each tells in its own time.
    const found = (event: string, more: object) =>
      expect(lines).toContainEqual(expect.objectContaining({ event, ...by, ...more }));
    const retained = lines.find(({ event }) => event === 'retention');
    found('bucket', { operation: 'CreateBucket', status: 200 });
    found('retention', { key: 'a key', versionId: VersionId, status: 200, requestId: expect.any(String) });
    const asked = retained?.['asked'] as { readonly mode: string; readonly retainUntil: string } | undefined;
    expect([asked?.mode, Date.parse(asked?.retainUntil ?? '')]).toEqual(['GOVERNANCE', until.getTime()]);
    found('legal-hold', { versionId: VersionId, asked: { legalHold: 'ON' }, status: 200 });
    found('legal-hold', { versionId: VersionId, asked: { legalHold: 'OFF' }, status: 200 });
    found('delete', { versionId: VersionId, status: 403 });
    found('delete', { versionId: VersionId, status: 204, bypassGovernance: true });
    found('bucket-lock', { asked: { lock: 'Enabled', defaultMode: 'GOVERNANCE', defaultDays: '1' } });
    found('bucket-rules', { operation: 'PutBucketPolicy' });
    expect(
      lines.filter(({ key }) => key === 'a key').every(({ operation }) => operation !== 'PutObject'),
    ).toBe(true);
    await expectWhole();
  });

  test('a deletion of many names their versions, one that only sets markers is none', async () => {
    const put = async (Key: string) => {
      const { VersionId } = await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
      return { Key, VersionId };
    };
    const Objects = [await put('one'), await put('two')];
    await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'one' }] } }));
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'one' }));
    await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(await line('delete')).toMatchObject({
      operation: 'DeleteObjects',
      status: 200,
      objects: Objects.map(({ Key, VersionId }) => ({ key: Key, versionId: VersionId })),
    });
    expect((await linesOf(file)).filter(({ event }) => event === 'delete')).toHaveLength(1);
  });

  test('refusals are told so many of an address, and then their number', async () => {
    const [, reader] = gateway.clients;
    const readOnly = sdk({ endpoint: gateway.endpoint, credentials: reader ?? gateway.credentials });
    await expect(readOnly.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))).rejects.toThrow();
    readOnly.destroy();
    expect(await line('refusal')).toMatchObject({
      refused: 'authorization',
      accessKeyId: reader?.accessKeyId,
      operation: 'PutObject',
      bucket: Bucket,
      key: 'k',
      status: 403,
      code: 'AccessDenied',
      reason: 'read-only-credential: PutObject',
    });
    const wrong = { accessKeyId: 'NOBODY', secretAccessKey: 'of-no-one' };
    const stranger = sdk({ endpoint: gateway.endpoint, credentials: wrong });
    const ALL = 20;
    const tries = Array.from({ length: ALL }, () =>
      stranger.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: 'v' })).catch(() => {}),
    );
    await Promise.all(tries);
    stranger.destroy();
    await gateway.stop();
    const lines = await linesOf(file);
    const told = lines.filter(({ event }) => event === 'refusal');
    const suppressed = lines.filter(({ event }) => event === 'refusals-suppressed');
    const silent = suppressed.reduce((sum, each) => sum + (each['suppressed'] as number), 0);
    expect(told.length + silent).toBe(ALL + 1);
    expect(told.length).toBeLessThanOrEqual(REFUSALS);
    expect(suppressed[0]).toMatchObject({ remote: '127.0.0.1', since: expect.any(String) });
    expect(lines.at(-1)?.event).toBe('stop');
    expect(JSON.stringify(lines)).not.toContain(wrong.secretAccessKey);
    await expectWhole();
  });

  test('tells what was done over the admin listener, and who did it', async () => {
    const headers = { ...operator.headers, 'content-type': 'application/json' };
    const body = JSON.stringify({ backend: 'embedded', endpoint: store.endpoint.slice(7) });
    await fetch(`${gateway.adminUrl}/api/endpoints/drain`, { method: 'POST', headers, body });
    expect(await line('admin')).toMatchObject({
      name: operator.name,
      role: 'operator',
      route: '/api/endpoints/drain',
      status: 409,
      outcome: 'refused',
      details: { backend: 'embedded', endpoint: store.endpoint.slice(7) },
    });
    await fetch(`${gateway.adminUrl}/api/endpoints`, { headers: { authorization: 'Bearer sgw_wrong' } });
    expect(await line('admin', ({ status }) => status === 401)).toMatchObject({ route: '/api/endpoints' });
    const printed = await readFile(file, 'utf8');
    expect(printed).not.toContain(operator.token);
    expect(printed).not.toContain('sgw_wrong');
  });

  test('tells what a reload changed, without secrets', async () => {
    const written = JSON.parse(await readFile(gateway.configFile, 'utf8')) as WrittenConfig;
    const [first, ...others] = written.credentials;
    const credentials = [
      { ...first, secretAccessKey: 'another-secret-0123456789', access: 'read-only' },
      ...others,
    ];
    await writeFile(gateway.configFile, JSON.stringify({ ...written, credentials }));
    gateway.signal('SIGHUP');
    const reloaded = await line('reload');
    expect(reloaded).toMatchObject({ result: 'applied', problems: [] });
    const { accessKeyId } = gateway.credentials;
    expect(reloaded['changes']).toContainEqual(
      expect.objectContaining({ path: `credentials[${accessKeyId}].access`, after: 'read-only' }),
    );
    expect(JSON.stringify(reloaded['changes'])).toContain('secretAccessKey');
    expect(await readFile(file, 'utf8')).not.toContain('another-secret');
  });

  const hold = async (Key: string) => {
    await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    await client.send(new PutObjectLegalHoldCommand({ Bucket, Key, LegalHold: { Status: 'OFF' } }));
  };

  test('goes after the file when it was renamed, and when it was emptied, and its chain goes on', async () => {
    await hold('before');
    await line('legal-hold');
    const moved = `${file}.1`;
    await rename(file, moved);
    gateway.signal('SIGHUP');
    await hold('after the rename');
    await line('legal-hold', ({ key }) => key === 'after the rename');
    // As logrotate's copytruncate.
    await writeFile(`${file}.2`, await readFile(file));
    await truncate(file);
    await hold('after it was emptied');
    await line('legal-hold', ({ key }) => key === 'after it was emptied');
    expect((await stat(file)).mode & 0o777).toBe(0o640 & ~process.umask());
    await gateway.stop();
    const reports = await verifyAudit([moved, `${file}.2`, file]);
    expect(reports.map(({ begins, broken }) => [begins, broken])).toEqual([
      ['anew', 0],
      ['continues', 0],
      ['continues', 0],
    ]);
  });

  test('where it cannot be written requests go on, nothing is lost, and that it is so is seen', async () => {
    await hold('before');
    await line('legal-hold');
    await rename(file, `${file}.1`);
    // In its place stands what no line can be written to.
    await mkdir(file);
    await hold('meanwhile');
    const said = (text: string) => gateway.logs().filter(({ msg }) => msg?.startsWith(text)).length;
    await waitFor(() => said('the audit log cannot be written') > 0, { what: 'the log to say it' });
    await hold('still');
    const metrics = async () => (await fetch(`${gateway.adminUrl}/metrics`, operator)).text();
    expect(await metrics()).toContain('\nsosapi_gateway_audit_failing 1\n');
    await rm(file, { recursive: true });
    await line('legal-hold', ({ key }) => key === 'still');
    await waitFor(() => said('the audit log is written again') > 0, { what: 'the log to say it' });
    expect([said('the audit log cannot be written'), said('the audit log is written again')]).toEqual([1, 1]);
    const keys = (await linesOf(file)).filter(({ event }) => event === 'legal-hold').map(({ key }) => key);
    expect(keys).toEqual(['meanwhile', 'still']);
    expect(await metrics()).toContain('\nsosapi_gateway_audit_failing 0\n');
    await expectWhole([`${file}.1`, file]);
  });

  test('goes on where it stopped, also behind a line that was cut off', async () => {
    await hold('before');
    await line('legal-hold');
    await gateway.stop();
    const stopped = await linesOf(file);
    await writeFile(file, '{"sequence":99,"at":"20', { flag: 'a' });
    gateway = await startGateway(file, workers);
    const isAfter = ({ sequence }: Line) => sequence > (stopped.at(-1)?.sequence ?? 0);
    await waitFor(async () => (await readFile(file, 'utf8')).split('\n').length > stopped.length + 2, {
      what: 'the next start',
    });
    const text = await readFile(file, 'utf8');
    const last = JSON.parse(text.trimEnd().split('\n').at(-1) ?? '') as Line;
    expect([last.event, last.sequence, isAfter(last)]).toEqual(['start', stopped.length + 1, true]);
    const [report] = await verifyAudit([file]);
    expect(report?.breaks).toEqual([
      { line: stopped.length + 1, what: 'is no line of the audit log: it was cut off or put there' },
    ]);
  });
});

test('a place that is a mistake is told at the start', async () => {
  await expect(startGateway(join(directory, 'nowhere', 'audit.log'), 1)).rejects.toThrow(
    /audit\.file \S+nowhere\/audit\.log cannot be written \(ENOENT\): make its directory, or name another/,
  );
});

test('on a stream it stands among the lines of the log', async () => {
  const gateway = await GatewayProcess.start({
    store: asRunningStore(store),
    config: { workers: 1, audit: { stream: 'stdout' } },
  });
  await gateway.stop();
  const lines = gateway.logs().filter(({ sequence }) => sequence !== undefined);
  expect(lines.map(({ sequence, event }) => [sequence, event])).toEqual([
    [1, 'start'],
    [2, 'stop'],
  ]);
});
