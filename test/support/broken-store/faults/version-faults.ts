// Faults of single versions: ids that do not come, current versions that are stale, older ones that are not found.
import {
  answering,
  emptyAnswer,
  errorAnswer,
  type Fault,
  type Handle,
  handling,
  headerOf,
  succeeded,
  withHeader,
  withoutHeaders,
} from '../fault.ts';
import type { Answer } from '../store-request.ts';

export const VERSION_FAULTS: readonly Fault[] = [
  {
    id: 'row-01',
    row: 1,
    does: 'leaves x-amz-version-id out of the answers to PUT',
    caughtBy: ['row-01', 'row-01-suspended'],
    handler: answering(
      (request) => request.isPut,
      (answer) => withoutHeaders(answer, 'x-amz-version-id'),
    ),
  },
  {
    id: 'row-01-null',
    row: 1,
    does: 'says the version id "null" in the answers to PUT',
    caughtBy: ['row-01'],
    handler: answering(
      (request) => request.isPut,
      (answer) => withHeader(answer, 'x-amz-version-id', 'null'),
    ),
  },
  {
    id: 'row-13',
    row: 13,
    does: 'gives the body before, once, after an object is overwritten',
    caughtBy: ['row-13'],
    handler: staleOnce,
  },
  {
    id: 'row-14',
    row: 14,
    does: 'answers the first GET of a lock object after its PUT with 404 NoSuchKey',
    caughtBy: ['row-14'],
    handler: lockLate,
  },
  {
    id: 'row-27',
    row: 27,
    does: 'says the version id "null" for folder objects',
    caughtBy: ['row-27'],
    handler: answering(
      (request) => request.isPut && request.key.endsWith('/'),
      (answer) => withHeader(answer, 'x-amz-version-id', 'null'),
    ),
  },
  {
    id: 'row-35',
    row: 35,
    does: 'answers HEAD of a version that is not the current one with 404',
    caughtBy: ['row-35'],
    handler: handling(async (request, store) => {
      const answer = await store.pass(request);
      if (request.method !== 'HEAD' || !request.has('versionId') || !succeeded(answer)) return answer;
      const current = await store.ask(request, {
        method: 'HEAD',
        target: request.target.replace(/\?.*/s, ''),
      });
      const isCurrent = headerOf(current, 'x-amz-version-id') === request.query.get('versionId');
      return isCurrent ? answer : emptyAnswer(404);
    }),
  },
];

/** Where there was one before, and it was not deleted in between. */
function staleOnce(): Handle {
  const current = new Map<string, Buffer>();
  const stale = new Map<string, Buffer>();
  return async (request, store) => {
    const answer = await store.pass(request);
    const { path } = request;
    if (request.isPut && succeeded(answer)) {
      const before = current.get(path);
      if (before !== undefined) stale.set(path, before);
      current.set(path, request.body);
    }
    if (request.method === 'DELETE') {
      current.delete(path);
      stale.delete(path);
    }
    const body = stale.get(path);
    if (request.method !== 'GET' || !request.isObject || request.has('versionId') || body === undefined) {
      return answer;
    }
    stale.delete(path);
    return { ...answer, body };
  };
}

function lockLate(): Handle {
  const written = new Set<string>();
  return async (request, store): Promise<Answer> => {
    const { path } = request;
    if (request.isPut && path.includes('/Metadata/Lock/')) written.add(path);
    const isLate = request.method === 'GET' && request.isObject && written.delete(path);
    return isLate ? errorAnswer(404, 'NoSuchKey', request) : store.pass(request);
  };
}
