// What a replay makes again, and what it names as not replayable.
import { expect, test } from 'vitest';
import type { RecordedRequest } from '../../../../src/bench/recorder/recording-format.ts';
import { planReplay } from '../../../../src/bench/recorder/replay-plan.ts';
import { recorded } from './recorded-exchange.ts';

const PREFIX = 'Veeam/Backup/sosapi-bench-aaaaaaaaaaaa/replay/';

function asked(method: string, target: string, status = 200, version?: string): RecordedRequest {
  const headers = version === undefined ? [] : [['x-amz-version-id', version] as const];
  return recorded({ method, target, answer: { status, headers } });
}

function reasons(...requests: readonly RecordedRequest[]) {
  return planReplay(requests, PREFIX).notReplayed.map(({ operation, reason }) => `${operation}: ${reason}`);
}

test('requests on one key wait for each other, others do not', () => {
  const { requests, notReplayed } = planReplay(
    [asked('PUT', '/b/k'), asked('PUT', '/b/other'), asked('GET', '/b/k'), asked('DELETE', '/b/k', 204)],
    PREFIX,
  );
  expect(requests.map(({ index, after }) => [index, after])).toEqual([
    [0, undefined],
    [1, undefined],
    [2, 0],
    [3, 2],
  ]);
  expect(notReplayed).toEqual([]);
});

test('a version that the recording wrote can be named, another cannot', () => {
  const put = asked('PUT', '/b/k', 200, 'v1');
  expect(reasons(put, asked('DELETE', '/b/k?versionId=v1', 204))).toEqual([]);
  expect(reasons(put, asked('DELETE', '/b/k?versionId=v0', 204))).toEqual([
    'DeleteObject: names a version that the recording did not write',
  ]);
});

test.each([
  ['another bucket', asked('PUT', '/c/k'), 'PutObject: another bucket'],
  ['presigned', asked('PUT', '/b/k?X-Amz-Signature=x'), 'PutObject: presigned'],
  ['an operation that is not known', asked('DELETE', '/b'), 'DeleteBucket: replay does not know'],
  ['what was there before', asked('GET', '/b/before'), 'GetObject: needs an object'],
  [
    'a document of SOSAPI',
    asked('PUT', '/b/.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/system.xml'),
    'PutObject: changes',
  ],
  ['a key that gets too long', asked('PUT', `/b/${'k'.repeat(1000)}`), 'PutObject: with the prefix'],
  ['a changed recording', { ...asked('HEAD', '/b'), method: 'DELETE' }, 'HeadBucket: its method'],
])('%s is not replayed', (_, request, reason) => {
  const others = [asked('PUT', '/b/one'), asked('PUT', '/b/two')];
  expect(reasons(...others, request)).toEqual([expect.stringContaining(reason)]);
});

test('a missing object is asked for again: its 404 is compared', () => {
  expect(reasons(asked('GET', '/b/gone', 404))).toEqual([]);
});
