// Multi-delete of as many as S3 allows, and lists by folder.
import type { BenchCase } from '../../bench-case.ts';
import { inParallel } from '../../runtime/in-parallel.ts';
import { type ListingKind, listPages } from '../rows/listing-call.ts';
import { perSecond } from '../rows/timing.ts';
import { deleteVersions, expectEmpty } from '../sequences/delete-versions.ts';
import { blockKey, blocksFolder, hex32 } from '../veeam-layout.ts';

const MOST = 1000;
const WIDTH = 32;

const multiDelete: BenchCase = {
  id: 'precondition-multi-delete',
  group: 'precondition',
  title: `DeleteObjects takes ${MOST} versions in a call`,
  veeamDoes:
    'Deletes in bulk, most likely with DeleteObjects (the default of S3MultiObjectDeleteLimit is 1000).',
  mustComeBack: `200 that names all ${MOST} as deleted, and nothing of them in lists afterwards.`,
  severity: 'breaks',
  source:
    'Veeam help center, permissions; MinIO source comment (limit of 1000); cloudserver#5195 (found with Veeam Ready tests).',
  advice: 'Take 1000 keys with version ids in a call, and read their metadata in parallel or at once.',
  profile: 'core',
  deadlineMs: 300_000,
  async run(context) {
    const numbers = Array.from({ length: MOST }, (_, n) => n);
    const written = await inParallel(numbers, WIDTH, async (n) => {
      const key = blockKey(context.prefix, n);
      return { key, ...(await context.put(key, `block ${n}`)) };
    });
    const objects = written.map(({ key, versionId }) => (versionId === '' ? { key } : { key, versionId }));
    const began = context.now();
    await deleteVersions(context, objects);
    context.figure('versions deleted per second', perSecond(MOST, context.now() - began));
    await expectEmpty(context, blocksFolder(context.prefix), `after ${MOST} versions were deleted`);
  },
};

const FOLDERS = 25;
const KINDS: readonly ListingKind[] = ['v1', 'v2', 'versions'];

const delimiter: BenchCase = {
  id: 'precondition-delimiter',
  group: 'precondition',
  title: 'Lists group by folder, over pages too',
  veeamDoes: 'Finds clients and backups by lists with a delimiter.',
  mustComeBack:
    'Each folder once in CommonPrefixes, each key of the level once, in order, whatever the size of a page.',
  severity: 'breaks',
  source: 'seaweedfs#8210, minio PR#10286, rustfs#969.',
  advice:
    'A common prefix counts as one entry of a page, and the next page begins behind all that it stands for.',
  profile: 'smoke',
  async run(context) {
    const parent = `${context.prefix}Clients/`;
    const folders = Array.from(
      { length: FOLDERS },
      (_, n) => `${parent}{${hex32(`folder ${n}`)}}/`,
    ).toSorted();
    const files = ['Index', 'Zone'].map((name) => `${parent}${name}`);
    await inParallel(folders, WIDTH, async (folder) => {
      await context.put(`${folder}Config/ClientInfo.xml`, '<ClientInfo/>');
      await context.put(`${folder}Config/Owner`, 'owner');
    });
    for (const file of files) await context.put(file, file);
    for (const kind of KINDS) {
      for (const maxKeys of [1000, 7]) {
        const pages = await listPages(context, kind, { prefix: parent, delimiter: '/', maxKeys }, 100);
        const prefixes = pages.flatMap((page) => page.prefixes);
        const keys = pages.flatMap((page) => page.keys);
        const where = `A list of kind ${kind} with pages of ${maxKeys}`;
        if (prefixes.join() !== folders.join()) {
          context.fail(
            `${where} has ${prefixes.length} common prefixes, ${new Set(prefixes).size} of them different; the ${FOLDERS} folders must come once each, in order.`,
          );
        }
        if (keys.join() !== files.join())
          context.fail(`${where} has the keys [${keys.join()}]; ${files.join()} are on that level.`);
        const crowded = pages.find((page) => page.keys.length + page.prefixes.length > maxKeys);
        if (crowded !== undefined) context.fail(`${where} has a page with more entries than asked for.`);
      }
    }
  },
};

export const LISTING_PRECONDITIONS: readonly BenchCase[] = [multiDelete, delimiter];
