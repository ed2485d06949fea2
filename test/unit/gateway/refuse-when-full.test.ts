import { describe, expect, test } from 'vitest';
import type { BucketRule, RuleGuard } from '../../../src/gateway/bucket-rules.ts';
import { NEVER_FULL, refuseWhenFull, WRITES_WHEN_FULL } from '../../../src/gateway/refuse-when-full.ts';
import { OPERATIONS, type OperationRow } from '../../../src/s3/operation.ts';
import { CAPACITY_KEY } from '../../../src/sosapi/keys.ts';
import { elementOf } from '../../support/raw-http.ts';
import { type Asked, authorizedRequest } from '../backend/authorized-fixture.ts';
import { turns } from '../http1/wire-fixture.ts';
import { codeOf, refusalOf } from '../s3/s3-fixture.ts';
import { fakeBackend } from './fake-backend.ts';
import { startGateway } from './gateway-fixture.ts';

const SMALL = 1000;
const LARGE = SMALL + 1;

function rulesWith(guard?: RuleGuard): readonly BucketRule[] {
  return [{ matches: () => true, backend: fakeBackend(), sosapi: true, ...(guard && { guard }) }];
}
const GUARDED = rulesWith({ smallObjectBytes: SMALL });
const full = (...names: readonly string[]) => ({ isFull: (name: string) => names.includes(name) });

function answerOf(asked: Asked, rules = GUARDED, guard = full('bucket')): string {
  return codeOf(() => refuseWhenFull(authorizedRequest(asked), rules, guard));
}

function put(...lines: readonly string[]): Asked {
  return { method: 'PUT', target: '/bucket/key', lines };
}

function asked({ method, level, requires, copies }: OperationRow, bytes: number): Asked {
  const path = { service: '/', bucket: '/bucket', object: '/bucket/key' }[level];
  const query = requires.map((name) => `${name}=1`).join('&');
  return {
    method,
    target: query === '' ? path : `${path}?${query}`,
    lines: [
      ...(method === 'PUT' || method === 'POST' ? [`Content-Length: ${bytes}`] : []),
      ...(copies ? ['x-amz-copy-source: /bucket/source'] : []),
    ],
  };
}

describe('the operation table', () => {
  const writes = OPERATIONS.filter(({ access }) => access === 'write').map(({ name }) => name);

  test('is judged to its end, and nothing else is', () => {
    expect(Object.keys(WRITES_WHEN_FULL).sort()).toEqual([...new Set(writes)].sort());
  });

  test.each(OPERATIONS.map((row) => [`${row.name} (${row.method} ${row.level})`, row] as const))(
    '%s',
    (_name, row) => {
      const refused = ['PutObject', 'UploadPart', 'CreateMultipartUpload', 'CopyObject', 'UploadPartCopy'];
      const expected = refused.includes(row.name) ? 'QuotaExceeded' : 'accepted';
      expect(answerOf(asked(row, LARGE))).toBe(expected);
      expect(answerOf(asked(row, SMALL))).toBe(row.name === 'PutObject' ? 'accepted' : expected);
      expect(answerOf(asked(row, LARGE), GUARDED, NEVER_FULL)).toBe('accepted');
      expect(answerOf(asked(row, LARGE), rulesWith())).toBe('accepted');
    },
  );

  test('an operation that is in no table and may write is refused', () => {
    const right = authorizedRequest(put(`Content-Length: ${SMALL}`));
    const named = (access: 'read' | 'write') =>
      codeOf(() =>
        refuseWhenFull(
          {
            ...right,
            request: {
              ...right.request,
              request: { ...right.request.request, operation: { name: 'New', level: 'bucket', access } },
            },
          },
          GUARDED,
          full('bucket'),
        ),
      );
    expect([named('write'), named('read')]).toEqual(['QuotaExceeded', 'accepted']);
  });
});

describe('a small object', () => {
  const chunked = (decoded: number, ...lines: readonly string[]): Asked =>
    put(
      'x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      `x-amz-decoded-content-length: ${decoded}`,
      ...lines,
    );

  test.each([
    ['empty', put('Content-Length: 0'), 'accepted'],
    ['of the size that is small', put(`Content-Length: ${SMALL}`), 'accepted'],
    ['of a byte more', put(`Content-Length: ${LARGE}`), 'QuotaExceeded'],
    ['of a size that is not told', put('Transfer-Encoding: chunked'), 'QuotaExceeded'],
    ['small inside its chunks', chunked(SMALL, `Content-Length: ${SMALL + 200}`), 'accepted'],
    ['small inside chunks inside chunks', chunked(SMALL, 'Transfer-Encoding: chunked'), 'accepted'],
    ['large inside its chunks', chunked(LARGE, `Content-Length: ${SMALL}`), 'QuotaExceeded'],
  ])('%s', (_name, request, expected) => {
    expect(answerOf(request)).toBe(expected);
  });

  test('is only an empty one where nothing else is small', () => {
    const none = rulesWith({ smallObjectBytes: 0 });
    expect(answerOf(put('Content-Length: 0'), none)).toBe('accepted');
    expect(answerOf(put('Content-Length: 1'), none)).toBe('QuotaExceeded');
  });
});

describe('which bucket is full', () => {
  const large = put(`Content-Length: ${LARGE}`);

  test('another one', () => {
    expect(answerOf(large, GUARDED, full('other'))).toBe('accepted');
  });

  test('all of a pool by its name, and none of it by that of a bucket', () => {
    const pooled = rulesWith({ smallObjectBytes: SMALL, pool: 'b*' });
    expect(answerOf(large, pooled, full('b*'))).toBe('QuotaExceeded');
    expect(answerOf(large, pooled, full('bucket'))).toBe('accepted');
  });

  test('by the first rule that matches', () => {
    expect(answerOf(large, [...rulesWith(), ...GUARDED])).toBe('accepted');
    expect(answerOf(large, [...GUARDED, ...rulesWith()])).toBe('QuotaExceeded');
    expect(answerOf(large, [])).toBe('accepted');
  });

  test('the client is told what to do, the log whose guard it was', () => {
    const refusal = (guard: RuleGuard, name: string) =>
      refusalOf(() => refuseWhenFull(authorizedRequest(large), rulesWith(guard), full(name)));
    const alone = refusal({ smallObjectBytes: 0 }, 'bucket');
    expect([alone.status, alone.reason]).toEqual([403, 'the guard of bucket bucket is closed']);
    expect(alone.message).toContain('Delete data or add space');
    const pooled = refusal({ smallObjectBytes: 0, pool: 'b*' }, 'b*');
    expect(pooled.reason).toBe('the guard of the pool b* is closed');
  });
});

describe('in the pipeline', () => {
  const body = 'x'.repeat(LARGE);
  const start = (backend = fakeBackend()) =>
    startGateway({
      backend,
      rules: [{ matches: () => true, backend, sosapi: true, guard: { smallObjectBytes: SMALL } }],
      guard: full('bucket', 'read-1'),
    });

  test('a refused upload asks nothing of the backend, and is an event', async () => {
    const backend = fakeBackend('store', { verifyPayload: 'gateway' });
    await using gateway = await start(backend);
    const { answer, code, event } = await gateway.ask({ method: 'PUT', target: '/bucket/key', body });
    expect([answer.status, code]).toEqual([403, 'QuotaExceeded']);
    expect(elementOf(answer, 'Resource')).toBe('/bucket/key');
    expect(event).toMatchObject({
      outcome: 'refused',
      operation: 'PutObject',
      errorCode: 'QuotaExceeded',
      reason: 'the guard of bucket bucket is closed',
      backend: undefined,
    });
    await turns();
    expect(backend.asked).toEqual([]);
    expect(gateway.internalErrors).toEqual([]);
  });

  test.each([
    ['a small one', { method: 'PUT', target: '/bucket/key', body: 'x'.repeat(SMALL) }],
    ['one for another bucket', { method: 'PUT', target: '/other/key', body }],
    ['a read', { target: '/bucket/key' }],
    ['a deletion', { method: 'DELETE', target: '/bucket/key' }],
  ])('%s goes on', async (_name, ask) => {
    const backend = fakeBackend();
    await using gateway = await start(backend);
    const { code } = await gateway.ask(ask);
    // The fake has no store behind it: that it was asked for a connection is what counts.
    expect([code, backend.asked]).toEqual(['ServiceUnavailable', ['acquire']]);
  });

  test('who may not write learns nothing of it, and a document is refused as ever', async () => {
    await using gateway = await start();
    const stranger = { accessKeyId: 'READER', secretAccessKey: 'reader-secret' };
    const upload = { method: 'PUT', target: '/read-1/key', body };
    expect((await gateway.ask({ ...upload, credentials: stranger })).code).toBe('AccessDenied');
    expect((await gateway.ask(upload)).code).toBe('QuotaExceeded');
    const { code } = await gateway.ask({ method: 'PUT', target: `/bucket/${CAPACITY_KEY}`, body });
    expect(code).toBe('AccessDenied');
  });

  test('a source that is wrong is told before', async () => {
    await using gateway = await start();
    const { code } = await gateway.ask({
      method: 'PUT',
      target: '/bucket/key',
      headers: { 'x-amz-copy-source': `/bucket/${CAPACITY_KEY}` },
    });
    expect(code).toBe('NoSuchKey');
  });
});
