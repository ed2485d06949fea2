import { describe, expect, test } from 'vitest';
import { authorize } from '../../../src/access/authorize.ts';
import { authorized } from '../../../src/access/authorized-request.ts';
import { createCredentialStore } from '../../../src/access/credential-store.ts';
import { HeaderList } from '../../../src/http1/header-list.ts';
import { S3Error } from '../../../src/s3/error.ts';
import type { Operation } from '../../../src/s3/operation.ts';
import { Secret } from '../../../src/secret.ts';
import { type AuthenticatedRequest, authenticated } from '../../../src/sigv4/authenticated-request.ts';

const BYPASS = 'x-amz-bypass-governance-retention';

const base = { secret: new Secret('s'), buckets: ['mine-*'], bypassGovernance: false } as const;
const store = createCredentialStore([
  { ...base, accessKeyId: 'WRITER', access: 'read-write' },
  { ...base, accessKeyId: 'READER', access: 'read-only' },
  { ...base, accessKeyId: 'ADMIN', access: 'read-write', bypassGovernance: true },
  { ...base, accessKeyId: 'NOBODY', access: 'read-write', buckets: [] },
  { ...base, accessKeyId: 'ALL', access: 'read-write', buckets: ['*'] },
]);

const get: Operation = { name: 'GetObject', level: 'object', access: 'read' };
const put: Operation = { name: 'PutObject', level: 'object', access: 'write' };
const copy: Operation = { name: 'CopyObject', level: 'object', access: 'write' };
const del: Operation = { name: 'DeleteObject', level: 'object', access: 'write' };
const listBuckets: Operation = { name: 'ListBuckets', level: 'service', access: 'read' };

interface Asked {
  readonly by: string;
  readonly operation: Operation;
  readonly bucket?: string;
  readonly copyFrom?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly query?: readonly (readonly [string, string])[];
}

function request(asked: Asked): AuthenticatedRequest {
  return {
    [authenticated]: true,
    accessKeyId: asked.by,
    mechanism: 'header',
    signedHeaders: new Set(['host']),
    unsignedHeaders: new Set(),
    chunkSignatures: undefined,
    payloadHash: 'UNSIGNED-PAYLOAD',
    request: {
      head: {
        method: 'GET',
        target: '/',
        version: '1.1',
        headers: HeaderList.of(...(asked.headers ?? [])),
        framing: { kind: 'none' },
        expectsContinue: false,
        keepAlive: true,
      },
      rawPath: '/',
      rawQuery: '',
      query: (asked.query ?? []).map(([name, value]) => ({ rawName: name, rawValue: value, name, value })),
      operation: asked.operation,
      addressing: 'path',
      bucket: asked.bucket ?? (asked.operation.level === 'service' ? '' : 'mine-1'),
      rawKey: '',
      key: '',
      copySource:
        asked.copyFrom === undefined ? undefined : { bucket: asked.copyFrom, key: 'k', versionId: undefined },
      awsChunked: undefined,
    },
  };
}

describe('settings that make the store write to another bucket', () => {
  test.each([
    'PutBucketAnalyticsConfiguration',
    'PutBucketInventoryConfiguration',
    'PutBucketLogging',
    'PutBucketReplication',
  ])('%s is for who reaches every bucket', (name) => {
    const operation: Operation = { name, level: 'bucket', access: 'write' };
    expect(() => authorize(request({ by: 'WRITER', operation }), store)).toThrow(
      expect.objectContaining({ code: 'AccessDenied', reason: `names-other-buckets: ${name}` }),
    );
    expect(authorize(request({ by: 'ALL', operation }), store)[authorized]).toBe(true);
  });
});

describe('authorize allows', () => {
  test.each([
    ['a read by a reader', { by: 'READER', operation: get }],
    ['a read by a writer', { by: 'WRITER', operation: get }],
    ['a write by a writer', { by: 'WRITER', operation: put }],
    ['a copy within the pattern', { by: 'WRITER', operation: copy, copyFrom: 'mine-2' }],
    ['ListBuckets by anyone known', { by: 'NOBODY', operation: listBuckets }],
    ['HeadService by anyone known', { by: 'NOBODY', operation: { ...listBuckets, name: 'HeadService' } }],
    ['a bypass by who may', { by: 'ADMIN', operation: del, headers: [[BYPASS, 'true']] }],
    ['a bypass that is not one', { by: 'WRITER', operation: del, headers: [[BYPASS, 'False']] }],
  ] as [string, Asked][])('%s', (_what, asked) => {
    const incoming = request(asked);
    const outcome = authorize(incoming, store);
    expect(outcome[authorized]).toBe(true);
    expect(outcome.request).toBe(incoming);
    expect(outcome.credential.accessKeyId).toBe(asked.by);
  });
});

describe('authorize refuses', () => {
  test.each([
    ['an unknown credential', { by: 'STRANGER', operation: get }, 'unknown-credential: STRANGER'],
    ['ListBuckets of an unknown credential', { by: 'X', operation: listBuckets }, 'unknown-credential: X'],
    ['another bucket', { by: 'WRITER', operation: get, bucket: 'theirs' }, 'bucket: theirs'],
    ['a bucket without patterns', { by: 'NOBODY', operation: get }, 'bucket: mine-1'],
    ['an object of no bucket', { by: 'ALL', operation: get, bucket: '' }, 'bucket: '],
    ['a write by a reader', { by: 'READER', operation: put }, 'read-only-credential: PutObject'],
    [
      'a copy from another bucket',
      { by: 'WRITER', operation: copy, copyFrom: 'theirs' },
      'copy-source-bucket: theirs',
    ],
    ['a copy from no bucket', { by: 'ALL', operation: copy, copyFrom: '' }, 'copy-source-bucket: '],
    [
      'a copy into another bucket',
      { by: 'WRITER', operation: copy, bucket: 'theirs', copyFrom: 'mine-1' },
      'bucket: theirs',
    ],
    [
      'other service operations',
      { by: 'ALL', operation: { ...listBuckets, name: 'ListDirectoryBuckets' } },
      'service-operation: ListDirectoryBuckets',
    ],
    ...['true', 'TRUE', '1', 'yes', '', 'true,false'].map((value) => [
      `a bypass by who may not, as ${JSON.stringify(value)}`,
      { by: 'WRITER', operation: del, headers: [[BYPASS, value]] },
      'bypass-governance: DeleteObject',
    ]),
    [
      'a bypass in the second field of that name',
      {
        by: 'WRITER',
        operation: del,
        headers: [
          [BYPASS, 'false'],
          [BYPASS, 'true'],
        ],
      },
      'bypass-governance: DeleteObject',
    ],
    [
      'a bypass in a presigned query',
      { by: 'WRITER', operation: del, query: [['X-Amz-Bypass-Governance-Retention', 'true']] },
      'bypass-governance: DeleteObject',
    ],
  ] as [string, Asked, string][])('%s', (_what, asked, reason) => {
    let thrown: unknown;
    try {
      authorize(request(asked), store);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(S3Error);
    expect(thrown).toMatchObject({ code: 'AccessDenied', status: 403, message: 'Access Denied', reason });
  });
});

describe('the caller of an authorized request', () => {
  test('may access what its patterns say, and the service itself never', () => {
    const { credential } = authorize(request({ by: 'READER', operation: listBuckets }), store);
    expect(['mine-1', 'theirs', ''].map(credential.mayAccess)).toEqual([true, false, false]);
  });

  test('carries no secret', () => {
    const { credential } = authorize(request({ by: 'READER', operation: get }), store);
    expect(Object.keys(credential).sort()).toEqual(['accessKeyId', 'mayAccess']);
  });
});
