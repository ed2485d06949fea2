// The two documents are no objects of the bucket: lists do not show them, and clients do not change them.
import type { BenchCase } from '../../bench-case.ts';
import type { BenchContext, S3Answer } from '../../bench-context.ts';
import { said } from '../rows/answer-text.ts';
import { type ListingKind, type ListingPage, listPage } from '../rows/listing-call.ts';
import { contentMd5, multiDeleteXml } from '../rows/multi-delete-call.ts';
import { SOSAPI_PREFIX, type SosapiName } from '../rows/sosapi-document.ts';
import { copySource } from '../sequences/copy-source.ts';
import { readCapacity, readDocument, sosapiKey } from './read-document.ts';

const KINDS: readonly ListingKind[] = ['v1', 'v2', 'versions'];
const NAMES: readonly SosapiName[] = ['system.xml', 'capacity.xml'];

/** Keys and prefixes of a page that lie below the reserved prefix, or are its folder. */
export function reservedIn({ keys, prefixes }: Pick<ListingPage, 'keys' | 'prefixes'>): readonly string[] {
  return [...keys, ...prefixes].filter((name) => name.startsWith(SOSAPI_PREFIX));
}

const notListed: BenchCase = {
  id: 'sosapi-not-listed',
  group: 'sosapi',
  title: 'Lists do not show the documents',
  veeamDoes: 'Lists the root of the bucket with a delimiter to let somebody choose a folder.',
  mustComeBack:
    'Neither the keys nor the reserved folder, in ListObjects, ListObjectsV2 and ListObjectVersions.',
  severity: 'unproven',
  source:
    'MinIO, SeaweedFS and MaxIOFS hide them; cloudserver and Spectra Vail list them and work with Veeam. Replication ' +
    'that followed lists made endless versions at MinIO (minio#18916).',
  advice:
    'Documents that are made up on reading should not be listed. Where they are uploaded as objects, the warning can be ' +
    'left aside, but each refresh of capacity.xml leaves a version in a versioned bucket.',
  profile: 'core',
  async run(context) {
    await readDocument(context, 'system.xml');
    const shown: string[] = [];
    for (const kind of KINDS) {
      for (const prefix of ['', '.system-', SOSAPI_PREFIX, sosapiKey('system.xml')]) {
        for (const delimiter of [undefined, '/']) {
          const page = await listPage(context, kind, {
            prefix,
            maxKeys: 100,
            ...(delimiter === undefined ? {} : { delimiter }),
          });
          for (const name of reservedIn(page)) {
            shown.push(`${name} (list ${kind}, prefix "${prefix}", delimiter "${delimiter ?? ''}")`);
          }
        }
      }
    }
    if (shown.length > 0)
      context.fail(`${shown.length} entries of lists show the documents, first ${shown[0]}.`);
  },
};

const FORGED: Readonly<Record<SosapiName, string>> = {
  'system.xml':
    '<SystemInfo><ProtocolVersion>"1.0"</ProtocolVersion><ModelName>"Forged"</ModelName></SystemInfo>',
  'capacity.xml': '<CapacityInfo><Capacity>7</Capacity><Available>4</Available><Used>3</Used></CapacityInfo>',
};

const notWritable: BenchCase = {
  id: 'sosapi-not-writable',
  group: 'sosapi',
  title: 'Clients cannot change the documents',
  veeamDoes: 'Never writes the two keys. Whoever has the credentials of the repository could.',
  mustComeBack:
    'PUT, copy, DELETE and multi-delete of the two keys are refused (403 or 405), or change nothing that is read or listed.',
  severity: 'unproven',
  source:
    'MinIO, SeaweedFS and MaxIOFS do not look: a real object is stored below the made-up one. cloudserver takes a PUT ' +
    'on purpose. No report of harm.',
  advice:
    'Refuse to write the two keys, also as the target of a copy and in a multi-delete, unless uploading them is how ' +
    'your store is set up. A store that takes them shows forged numbers, or stray objects in lists.',
  profile: 'full',
  makesBuckets: true,
  async run(context) {
    const bucket = await context.makeBucket({ versioning: 'Enabled' });
    const { body: systemBefore } = await readDocument(context, 'system.xml', bucket);
    await readDocument(context, 'capacity.xml', bucket);
    await context.put(`${context.prefix}forged`, FORGED['capacity.xml'], { bucket });
    const faults: string[] = [];
    for (const name of NAMES) {
      for (const [what, attempt] of attempts(context, bucket, name)) {
        const answer = await attempt();
        const fault = await effectOf(context, bucket, systemBefore);
        if (fault !== undefined) faults.push(`${what} of ${name} was answered ${said(answer)} and ${fault}`);
        await removeStrays(context, bucket);
      }
    }
    if (faults.length > 0) context.fail(`${faults.join('; ')}.`);
  },
};

type Attempt = readonly [what: string, send: () => Promise<S3Answer>];

function attempts(context: BenchContext, bucket: string, name: SosapiName): readonly Attempt[] {
  const key = sosapiKey(name);
  const document = multiDeleteXml([{ key }]);
  return [
    ['PUT', () => context.call({ method: 'PUT', bucket, key, body: FORGED[name] })],
    [
      'Copy onto',
      () =>
        context.call({
          method: 'PUT',
          bucket,
          key,
          headers: { 'x-amz-copy-source': copySource(bucket, `${context.prefix}forged`) },
        }),
    ],
    ['DELETE', () => context.call({ method: 'DELETE', bucket, key })],
    [
      'Multi-delete',
      () =>
        context.call({
          method: 'POST',
          bucket,
          query: [['delete']],
          headers: { 'content-type': 'application/xml', ...contentMd5(document) },
          body: document,
        }),
    ],
  ];
}

/** What an attempt did, to stand behind `and`; undefined where it did nothing. */
async function effectOf(
  context: BenchContext,
  bucket: string,
  systemBefore: Buffer,
): Promise<string | undefined> {
  const system = await context.call({ method: 'GET', bucket, key: sosapiKey('system.xml') });
  if (system.status !== 200) return `system.xml is gone (${said(system)})`;
  if (!system.body.equals(systemBefore)) return 'system.xml is another one';
  const capacity = await context.call({ method: 'GET', bucket, key: sosapiKey('capacity.xml') });
  if (capacity.status !== 200) return `capacity.xml is gone (${said(capacity)})`;
  const { text } = await readCapacity(context, bucket);
  if (text.capacity === '7' && text.used === '3') return 'capacity.xml has the forged numbers';
  const { versions } = await context.listVersions(SOSAPI_PREFIX, { bucket });
  const first = versions[0];
  if (first === undefined) return undefined;
  return `left ${first.isMarker ? 'a delete marker' : 'an object'} that ListObjectVersions shows`;
}

/** Only in the bench's own bucket, where nothing else was below the prefix. */
async function removeStrays(context: BenchContext, bucket: string): Promise<void> {
  const { versions } = await context.listVersions(SOSAPI_PREFIX, { bucket });
  for (const { key, versionId } of versions) await context.deleteVersion(key, versionId, bucket);
}

export const SOSAPI_HIDING_CASES: readonly BenchCase[] = [notListed, notWritable];
