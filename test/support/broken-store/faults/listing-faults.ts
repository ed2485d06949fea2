// Faults of lists: entries too few, too many, in the wrong place, or without what a parser looks for.
import {
  answering,
  errorAnswer,
  type Fault,
  type Handle,
  handling,
  targetWithout,
  withText,
} from '../fault.ts';
import {
  addEntries,
  changeEntries,
  commonPrefix,
  contentsEntry,
  elementText,
  entriesOf,
  versionEntry,
} from '../listing-xml.ts';
import type { StoreRequest } from '../store-request.ts';

const isList = (request: StoreRequest) => request.isList;
const isObjectList = (request: StoreRequest) => request.isObjectList;
const isVersionList = (request: StoreRequest) => request.isVersionList;

/** So is the store that works of itself: `exactlyAsVeeamWants` leaves out for these rows what it does otherwise. */
const literal = handling((request, store) => store.pass(request));

/** How long a store that is not consistent hides what was written. */
const LATE_MS = 300;

export const LISTING_FAULTS: readonly Fault[] = [
  {
    id: 'precondition-late-list',
    does: `shows a checkpoint in ListObjectsV2 ${LATE_MS} ms after it was written`,
    caughtBy: ['precondition-consistency-keys'],
    handler: () => lateList(/\/Metadata\/Checkpoint$/, () => true),
  },
  {
    id: 'precondition-late-folder',
    does: 'leaves blocks out of lists as long as others are written into their folder',
    caughtBy: ['precondition-consistency-folder'],
    handler: () => lateList(/\/CloudStg\/Data\//, (writes) => writes > 0),
  },
  {
    id: 'row-02',
    row: 2,
    does: 'leaves MaxKeys out of lists',
    caughtBy: ['row-02'],
    handler: answering(isList, (answer) =>
      withText(answer, (xml) => xml.replace(/<MaxKeys>\d*<\/MaxKeys>/, '')),
    ),
  },
  {
    id: 'row-02-etag',
    row: 2,
    does: 'leaves ETag out of the entries of lists',
    caughtBy: ['row-02'],
    handler: answering(isList, (answer) => withText(answer, (xml) => xml.replace(/<ETag>.*?<\/ETag>/g, ''))),
  },
  {
    id: 'row-03',
    row: 3,
    does: 'gives each folder twice in CommonPrefixes of ListObjects',
    caughtBy: ['row-03'],
    handler: answering(isObjectList, (answer) =>
      withText(answer, (xml) => changeEntries(xml, ['CommonPrefixes'], (entry) => entry + entry)),
    ),
  },
  {
    id: 'row-03-contents',
    row: 3,
    does: 'gives each folder in Contents of ListObjects too',
    caughtBy: ['row-03'],
    handler: answering(isObjectList, (answer) =>
      withText(answer, (xml) =>
        changeEntries(
          xml,
          ['CommonPrefixes'],
          (entry) => entry + contentsEntry(elementText(entry, 'Prefix')),
        ),
      ),
    ),
  },
  {
    id: 'row-08',
    row: 8,
    does: 'adds the markers of the folders above the prefix to ListObjectVersions',
    caughtBy: ['row-08'],
    handler: ancestorMarkers,
  },
  {
    id: 'row-09',
    row: 9,
    does: 'takes a leading slash in the prefix literally, and finds nothing',
    caughtBy: ['row-09'],
    handler: literal,
  },
  {
    id: 'row-09-error',
    row: 9,
    does: 'answers a prefix with a leading slash with 404 NoSuchKey',
    caughtBy: ['row-09'],
    handler: () => async (request, store) =>
      request.isVersionList && /^\/./.test(request.query.get('prefix') ?? '')
        ? errorAnswer(404, 'NoSuchKey', request)
        : store.pass(request),
  },
  {
    id: 'row-10',
    row: 10,
    does: 'finds nothing with the prefix "/"',
    caughtBy: ['row-10'],
    handler: literal,
  },
  {
    id: 'row-11',
    row: 11,
    does: 'gives each version twice in ListObjectVersions',
    caughtBy: ['row-11'],
    handler: answering(isVersionList, (answer) =>
      withText(answer, (xml) => changeEntries(xml, ['Version'], (entry) => entry + entry)),
    ),
  },
  {
    id: 'row-12',
    row: 12,
    does: 'reads ListObjectVersions from its beginning for each page',
    caughtBy: ['row-12'],
    handler: slowerPages,
  },
  {
    id: 'row-15',
    row: 15,
    does: 'keeps the folder of a key in lists when all of its versions are deleted',
    caughtBy: ['row-15'],
    handler: leftovers,
  },
  {
    id: 'row-16',
    row: 16,
    does: 'ignores the delimiter in ListObjectVersions',
    caughtBy: ['row-16'],
    handler: handling(async (request, store) => {
      if (!request.isVersionList || !request.has('delimiter')) return store.pass(request);
      const target = targetWithout(request.target, 'delimiter');
      const answer = await store.ask(request, { method: 'GET', target });
      return withText(answer, (xml) => xml.replace('<IsTruncated>', '<Delimiter>/</Delimiter><IsTruncated>'));
    }),
  },
  {
    id: 'row-19',
    row: 19,
    does: 'leaves CommonPrefixes out of ListObjectVersions',
    caughtBy: ['row-19'],
    handler: answering(isVersionList, (answer) =>
      withText(answer, (xml) => changeEntries(xml, ['CommonPrefixes'], () => '')),
    ),
  },
  {
    id: 'row-38',
    row: 38,
    does: 'loses the first key of each page but the first',
    caughtBy: ['row-38', 'row-38-thousand'],
    handler: answering(
      (request) => request.isList && request.isLaterPage,
      (answer) =>
        withText(answer, (xml) =>
          changeEntries(xml, ['Contents', 'Version'], (entry, i) => (i === 0 ? '' : entry)),
        ),
    ),
  },
  {
    id: 'row-51',
    row: 51,
    does: 'lists only the newest of delete markers that follow each other',
    caughtBy: ['row-51'],
    handler: answering(isVersionList, (answer) => withText(answer, firstMarkers)),
  },
  {
    id: 'row-52',
    row: 52,
    does: 'lists only the newest version of each key',
    caughtBy: ['row-52'],
    handler: answering(isVersionList, (answer) => withText(answer, newestVersions)),
  },
  {
    id: 'row-52-absent',
    row: 52,
    does: 'has no ListObjectVersions (501 NotImplemented)',
    caughtBy: ['row-52'],
    handler: () => async (request, store) =>
      request.isVersionList ? errorAnswer(501, 'NotImplemented', request) : store.pass(request),
  },
];

/** Markers are those that clients wrote: real ones, which the list should not have. */
function ancestorMarkers(): Handle {
  const markers = new Map<string, string>();
  return async (request, store) => {
    const answer = await store.pass(request);
    if (request.isPut && request.key.endsWith('/') && answer.status === 200) {
      markers.set(request.path, answer.headers.find(([name]) => name === 'x-amz-version-id')?.[1] ?? 'null');
    }
    if (!request.isVersionList || request.isLaterPage) return answer;
    const prefix = request.query.get('prefix') ?? '';
    const above = [...markers].filter(([path]) => {
      const key = path.slice(request.bucket.length + 1);
      return path.startsWith(`${request.bucket}/`) && prefix.startsWith(key) && prefix !== key;
    });
    const entries = above.map(([path, id]) => versionEntry(path.slice(request.bucket.length + 1), id));
    return withText(answer, (xml) => addEntries(xml, entries));
  };
}

/** A seventh of a second more for each page behind the eighth. */
function slowerPages(): Handle {
  const pages = new Map<string, number>();
  return async (request, store) => {
    if (request.isVersionList) {
      const list = `${request.bucket} ${request.query.get('prefix')} ${request.query.get('max-keys')}`;
      const page = request.isLaterPage ? (pages.get(list) ?? 0) + 1 : 0;
      pages.set(list, page);
      await store.sleep(150 * Math.max(0, page - 8));
    }
    return store.pass(request);
  };
}

function leftovers(): Handle {
  const deleted = new Set<string>();
  return async (request, store) => {
    const answer = await store.pass(request);
    if (request.method === 'DELETE' && request.isObject && request.has('versionId'))
      deleted.add(request.path);
    const prefix = request.query.get('prefix') ?? '';
    if (!request.isList || request.query.get('delimiter') !== '/' || request.isLaterPage) return answer;
    return withText(answer, (xml) => {
      const there = entriesOf(xml, 'CommonPrefixes').map((entry) => elementText(entry, 'Prefix'));
      const folders = [...deleted].flatMap((path) => {
        const key = path.slice(request.bucket.length + 1);
        const end = key.indexOf('/', prefix.length);
        return path.startsWith(`${request.bucket}/${prefix}`) && end >= 0 ? [key.slice(0, end + 1)] : [];
      });
      const left = [...new Set(folders)].filter((folder) => !there.includes(folder));
      return addEntries(xml, left.map(commonPrefix));
    });
  };
}

/** `isLate`: given how many writes into the folder of the key are under way. */
function lateList(keys: RegExp, isLate: (writes: number) => boolean): Handle {
  const writtenAt = new Map<string, number>();
  const writes = new Map<string, number>();
  const count = (folder: string, change: number) => writes.set(folder, (writes.get(folder) ?? 0) + change);
  return async (request, store) => {
    if (request.isPut && keys.test(request.key)) {
      count(folderOf(request.path), 1);
      try {
        return await store.pass(request);
      } finally {
        count(folderOf(request.path), -1);
        writtenAt.set(request.path, Date.now());
      }
    }
    if (!request.isObjectList) return store.pass(request);
    const busy = new Map(writes);
    const answer = await store.pass(request);
    return withText(answer, (xml) =>
      changeEntries(xml, ['Contents'], (entry) => {
        const path = `${request.bucket}/${elementText(entry, 'Key')}`;
        const isNew = Date.now() - (writtenAt.get(path) ?? 0) < LATE_MS;
        return isNew && isLate(busy.get(folderOf(path)) ?? 0) ? '' : entry;
      }),
    );
  };
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function firstMarkers(xml: string): string {
  let before = '';
  return changeEntries(xml, ['Version', 'DeleteMarker'], (entry) => {
    const key = entry.startsWith('<DeleteMarker>') ? elementText(entry, 'Key') : '';
    const isRepeated = key !== '' && key === before;
    before = key;
    return isRepeated ? '' : entry;
  });
}

function newestVersions(xml: string): string {
  const seen = new Set<string>();
  return changeEntries(xml, ['Version'], (entry) => {
    const key = elementText(entry, 'Key');
    const isOlder = seen.has(key);
    seen.add(key);
    return isOlder ? '' : entry;
  });
}
