// Sequences 1 to 4: a repository is added, a folder made, features enabled, a session started.
import type { BenchCase } from '../../bench-case.ts';
import type { BenchContext } from '../../bench-context.ts';
import { expectStatus } from '../expect-status.ts';
import { hasElement, said } from '../rows/answer-text.ts';
import { type ListingKind, listPage, listPages } from '../rows/listing-call.ts';
import { SOSAPI_PREFIX } from '../rows/sosapi-document.ts';
import { checkpointHistoryKey, checkpointKey, folderMarkers } from '../veeam-layout.ts';
import { misplacedIn } from './misplaced.ts';

const KINDS: readonly ListingKind[] = ['v2', 'versions'];

async function askAboutBucket(context: BenchContext): Promise<void> {
  expectStatus(context, await context.call({ method: 'HEAD' }), 'HEAD of the bucket', 200);
  const location = await context.call({ method: 'GET', query: [['location']] });
  expectStatus(context, location, 'GET ?location', 200);
  if (!hasElement(context, context.xml(location), 'LocationConstraint')) {
    context.fail('The answer to ?location has no LocationConstraint.');
  }
  const versioning = await context.call({ method: 'GET', query: [['versioning']] });
  expectStatus(context, versioning, 'GET ?versioning', 200);
  if (!hasElement(context, context.xml(versioning), 'VersioningConfiguration')) {
    context.fail('The answer to ?versioning has no VersioningConfiguration.');
  }
  const lock = await context.call({ method: 'GET', query: [['object-lock']] });
  expectStatus(context, lock, 'GET ?object-lock', 200, 404);
  if (lock.status === 404 && lock.code !== 'ObjectLockConfigurationNotFoundError') {
    context.fail(
      `GET ?object-lock was answered ${said(lock)}; the code of a bucket without it is ObjectLockConfigurationNotFoundError.`,
    );
  }
  for (const name of ['system.xml', 'capacity.xml']) {
    const document = await context.call({ method: 'GET', key: `${SOSAPI_PREFIX}${name}` });
    expectStatus(context, document, `GET of ${name}`, 200, 404);
  }
}

async function browse(context: BenchContext): Promise<void> {
  const prefixes = ['/', 'Veeam/', 'Veeam/Backup/', '/Veeam/', '/Veeam/Backup/', context.prefix];
  for (const kind of KINDS) {
    for (const prefix of prefixes) {
      const pages = await listPages(context, kind, { prefix, delimiter: '/' }, 1000);
      const misplaced = misplacedIn(
        prefix,
        pages.flatMap((page) => [...page.keys, ...page.prefixes]),
      );
      if (misplaced !== undefined) {
        context.fail(`A list (${kind}) with the prefix "${prefix}" and the delimiter "/" ${misplaced}.`);
      }
    }
  }
}

const addRepository: BenchCase = {
  id: 'sequence-01',
  group: 'sequence',
  title: 'Add repository: look at the service, the bucket, SOSAPI and the folders',
  veeamDoes:
    'HEAD / or GET / (ListBuckets), HEAD bucket, ?location, ?versioning, ?object-lock, system.xml, capacity.xml, then ' +
    'lists with the delimiter / and the prefixes /, Veeam/ and Veeam/Backup/. v13 browses with the prefix /, and some ' +
    'prefixes arrive with a leading slash.',
  mustComeBack:
    '200 to all but what may be absent (SOSAPI and the object lock configuration: 404; ListBuckets: 403). A list with ' +
    'a leading slash is empty, as at AWS, or shows what it shows without: each folder once.',
  severity: 'breaks',
  source: 'seaweedfs#7827, #7919 (lists); rustfs#969; HEAD / from MaxIOFS alone (see row-29).',
  advice: 'The message names the step. An error in any of them ends the wizard that adds a repository.',
  profile: 'smoke',
  async run(context) {
    await context.put(`${context.prefix}Config/Repository`, 'repository');
    await askAboutBucket(context);
    await browse(context);
    const service = await context.call({ method: 'GET', bucket: '' });
    expectStatus(context, service, 'GET / (ListBuckets)', 200, 403);
    // Whatever comes back, and if nothing: row-29 judges it.
    await context.call({ method: 'HEAD', bucket: '' }).catch(() => context.signal.throwIfAborted());
  },
};

const newFolder: BenchCase = {
  id: 'sequence-02',
  group: 'sequence',
  title: 'New folder: it shows exactly once',
  veeamDoes: 'PUTs a zero-byte object ending in / for each parent, then lists with a delimiter.',
  mustComeBack: 'Each folder once in CommonPrefixes of its parent, and in Contents only of a list of itself.',
  severity: 'breaks',
  source: 'rustfs#1797, PR#1841; rustfs#1931 (console froze on New Folder, not explained).',
  advice:
    'A marker and the objects below it are one common prefix. Stores that keep folders as directories tend to show ' +
    'the directory and the marker.',
  profile: 'smoke',
  async run(context) {
    const parent = `${context.prefix}folders/`;
    const folder = `${parent}New Folder {1}/`;
    for (const marker of folderMarkers(context.prefix, folder)) await context.put(marker, '');
    await expectOnce(context, parent, folder, 'after its marker was written');
    await context.put(`${folder}Config/Repository`, 'repository');
    await expectOnce(context, parent, folder, 'after an object was written into it');
    for (const kind of KINDS) {
      const inside = await listPage(context, kind, { prefix: folder, delimiter: '/' });
      if (inside.keys.join() !== folder || inside.prefixes.join() !== `${folder}Config/`) {
        context.fail(
          `A list (${kind}) of the folder has the keys [${inside.keys.join()}] and the folders [${inside.prefixes.join()}]; ` +
            'it must have its own marker and Config/ once.',
        );
      }
    }
  },
};

async function expectOnce(
  context: BenchContext,
  parent: string,
  folder: string,
  when: string,
): Promise<void> {
  for (const kind of KINDS) {
    const page = await listPage(context, kind, { prefix: parent, delimiter: '/' });
    const times = page.prefixes.filter((prefix) => prefix === folder).length;
    if (times !== 1)
      context.fail(`A list (${kind}) ${when} has the new folder ${times} times in CommonPrefixes.`);
    const others = page.keys.filter((key) => key !== parent);
    if (others.length > 0) context.fail(`A list (${kind}) ${when} has ${others.join()} in its keys too.`);
  }
}

const enableFeatures: BenchCase = {
  id: 'sequence-03',
  group: 'sequence',
  title: 'Enable features: the write of CheckpointHistory gives a version id',
  veeamDoes: 'PUTs CloudStg/Meta/Blocks/History/CheckpointHistory.{guid} (Cloud.EnableBackupFeatures).',
  mustComeBack: 'x-amz-version-id in the answer, which reads the same bytes again.',
  severity: 'breaks',
  source: 'rustfs#1066, PR#1272, #1709: "S3 returned empty versionId for newly uploaded object".',
  advice:
    'Versioning must be on for the bucket, and the answer to each PUT must name the version that it made.',
  profile: 'smoke',
  async run(context) {
    const key = checkpointHistoryKey(context.prefix);
    const body = context.bytes(4096, 'history');
    const { versionId } = await context.put(key, body);
    if (versionId === '' || versionId === 'null') {
      context.fail(
        `The answer to the PUT has the x-amz-version-id "${versionId}"; Veeam then asks to check that versioning is enabled.`,
      );
    }
    if (!(await context.get(key, versionId)).equals(body))
      context.fail('The version reads other bytes than were written.');
  },
};

const startSession: BenchCase = {
  id: 'sequence-04',
  group: 'sequence',
  title: 'Session start: HEAD of an older version',
  veeamDoes:
    'HEAD of a key with the versionId of a version that is no longer the current one (Cloud.StartBackupSession).',
  mustComeBack: '200 with length, ETag and x-amz-version-id of that version.',
  severity: 'breaks',
  source:
    'MaxIOFS: "Failed to preprocess target Error: Not Found". One implementer, from its debugging with Veeam.',
  advice: 'HEAD must look at versionId as GET does, also where a newer version or a delete marker is on top.',
  profile: 'smoke',
  async run(context) {
    const key = checkpointKey(context.prefix);
    const older = await context.put(key, context.bytes(1000, 'older'));
    await context.put(key, context.bytes(2000, 'newer'));
    await expectHead(context, key, older, 'with a newer version on top');
    expectStatus(
      context,
      await context.call({ method: 'DELETE', key }),
      'DELETE without a version id',
      200,
      204,
    );
    await expectHead(context, key, older, 'with a delete marker on top');
  },
};

async function expectHead(
  context: BenchContext,
  key: string,
  { versionId, etag }: { readonly versionId: string; readonly etag: string },
  when: string,
): Promise<void> {
  const answer = await context.call({ method: 'HEAD', key, query: [['versionId', versionId]] });
  expectStatus(context, answer, `HEAD of an older version ${when}`, 200);
  const expected = [
    ['content-length', '1000'],
    ['x-amz-version-id', versionId],
    ['etag', etag],
  ] as const;
  for (const [header, value] of expected) {
    const said = answer.headers.get(header);
    if (said !== value)
      context.fail(`HEAD of an older version ${when} says ${header} ${said ?? 'nothing'}; it is ${value}.`);
  }
}

export const ADDING_SEQUENCES: readonly BenchCase[] = [
  addRepository,
  newFolder,
  enableFeatures,
  startSession,
];
