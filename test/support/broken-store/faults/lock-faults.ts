// Faults of object lock on single keys.
import {
  emptyAnswer,
  errorAnswer,
  type Fault,
  type Handle,
  handling,
  refusing,
  succeeded,
  withText,
} from '../fault.ts';
import { changeEntries, elementText, escapeXml } from '../listing-xml.ts';
import type { StoreRequest } from '../store-request.ts';

export const LOCK_FAULTS: readonly Fault[] = [
  {
    id: 'row-05',
    row: 5,
    does: 'refuses PUT over a key that has a locked version (403 AccessDenied)',
    caughtBy: ['row-05'],
    handler: () => onLockedKey((request) => request.isPut, 403, 'AccessDenied'),
  },
  {
    id: 'row-06',
    row: 6,
    does: 'deletes a locked version by its id (the real store refuses: the 204 is made up, and the version hidden)',
    caughtBy: ['row-06'],
    handler: () => {
      const hidden = new Set<string>();
      return async (request, store) => {
        if (hidden.has(request.identity)) return errorAnswer(404, 'NoSuchVersion', request);
        const answer = await store.pass(request);
        const isRefused =
          request.method === 'DELETE' &&
          request.has('versionId') &&
          answer.status === 403 &&
          request.isObject;
        if (!isRefused) return answer;
        hidden.add(request.identity);
        return emptyAnswer(204);
      };
    },
  },
  {
    id: 'row-06-multi-delete',
    row: 6,
    does: 'deletes locked versions in DeleteObjects (made up as before)',
    caughtBy: ['row-06'],
    handler: () => {
      const hidden = new Set<string>();
      return async (request, store) => {
        if (hidden.has(request.identity)) return errorAnswer(404, 'NoSuchVersion', request);
        const answer = await store.pass(request);
        if (!request.isMultiDelete || !succeeded(answer)) return answer;
        return withText(answer, (xml) =>
          changeEntries(xml, ['Error'], (entry) => {
            const [key, versionId] = [elementText(entry, 'Key'), elementText(entry, 'VersionId')];
            hidden.add(`${request.bucket}/${key}?${versionId}`);
            return `<Deleted><Key>${escapeXml(key)}</Key><VersionId>${versionId}</VersionId></Deleted>`;
          }),
        );
      };
    },
  },
  {
    id: 'row-06-shortened',
    row: 6,
    does: 'takes an earlier date for a COMPLIANCE lock (made up: the store refuses)',
    caughtBy: ['row-06'],
    handler: handling(async (request, store) => {
      const answer = await store.pass(request);
      return request.isRetention && answer.status === 403 ? emptyAnswer(200) : answer;
    }),
  },
  {
    id: 'row-07',
    row: 7,
    does: 'answers a `<Retention>` without the S3 namespace with 400 MalformedXML',
    caughtBy: ['row-07'],
    handler: refusing(
      (request) => request.isRetention && !request.body.includes('xmlns='),
      400,
      'MalformedXML',
    ),
  },
  {
    id: 'row-28',
    row: 28,
    does: 'refuses DELETE without a version id of a key that has a locked version (403 AccessDenied)',
    caughtBy: ['row-28'],
    handler: () => onLockedKey(isPlainDelete, 403, 'AccessDenied'),
  },
  {
    id: 'row-28-405',
    row: 28,
    does: 'refuses DELETE without a version id of a key that has a locked version (405 MethodNotAllowed)',
    caughtBy: ['row-28'],
    handler: () => onLockedKey(isPlainDelete, 405, 'MethodNotAllowed'),
  },
  {
    id: 'row-36',
    row: 36,
    does: 'answers PutObjectRetention of an older version with 404 NoSuchVersion',
    caughtBy: ['row-36'],
    handler: handling(async (request, store) => {
      if (!request.isRetention || !request.has('versionId')) return store.pass(request);
      const current = await store.ask(request, {
        method: 'HEAD',
        target: request.target.replace(/\?.*/s, ''),
      });
      const id = current.headers.find(([name]) => name.toLowerCase() === 'x-amz-version-id')?.[1];
      return id === request.query.get('versionId')
        ? store.pass(request)
        : errorAnswer(404, 'NoSuchVersion', request);
    }),
  },
  {
    id: 'row-36-any',
    row: 36,
    does: 'answers each PutObjectRetention with a version id with 404 NoSuchKey',
    caughtBy: ['row-36'],
    handler: refusing((request) => request.isRetention && request.has('versionId'), 404, 'NoSuchKey'),
  },
  {
    id: 'row-48',
    row: 48,
    does: 'answers ?retention of an object without a lock with 404 NoSuchKey',
    caughtBy: ['row-48'],
    handler: handling(async (request, store) => {
      const answer = await store.pass(request);
      const isUnlocked =
        request.method === 'GET' && request.has('retention') && answer.body.includes('NoSuchObjectLock');
      return isUnlocked ? errorAnswer(404, 'NoSuchKey', request) : answer;
    }),
  },
];

function isPlainDelete(request: StoreRequest): boolean {
  return request.method === 'DELETE' && request.isObject && !request.has('versionId');
}

/** A memory of keys that were written with a lock, or locked later. */
function onLockedKey(matches: (request: StoreRequest) => boolean, status: number, code: string): Handle {
  const locked = new Set<string>();
  return async (request, store) => {
    if (locked.has(request.path) && matches(request)) return errorAnswer(status, code, request);
    const answer = await store.pass(request);
    const locks = request.isRetention || request.header('x-amz-object-lock-mode') !== undefined;
    if (locks && request.method === 'PUT' && succeeded(answer)) locked.add(request.path);
    return answer;
  };
}
