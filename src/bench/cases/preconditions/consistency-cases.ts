// Strong consistency: what was written, overwritten or deleted is seen at once, also with others at work.
import type { BenchCase } from '../../bench-case.ts';
import type { BenchContext } from '../../bench-context.ts';
import { inParallel } from '../../runtime/in-parallel.ts';
import { listPage, listPages } from '../rows/listing-call.ts';
import { blockKey, blocksFolder, checkpointKey } from '../veeam-layout.ts';
import { violationText } from './violation-text.ts';

const WORKERS = 16;
const ROUNDS = 5;
const SOURCE =
  'Veeam help center, limitations of S3 compatible object storage: eventual consistency is not supported.';
const ADVICE =
  'Look at caches of metadata, listings from an index that lags, and several gateways in front of one store. The ' +
  'message names how often each kind of read was stale.';

type Note = (violation: string) => void;

/** One key through its life, each step read back by every way there is. */
async function livesOf(context: BenchContext, worker: number, note: Note): Promise<void> {
  const key = checkpointKey(context.prefix, `client ${worker}`);
  for (let round = 0; round < ROUNDS; round += 1) {
    const first = await context.put(key, `first ${worker} ${round}`);
    await seeLatest(context, key, `first ${worker} ${round}`, first.versionId, 'write', note);
    const second = await context.put(key, `second ${worker} ${round}`);
    await seeLatest(context, key, `second ${worker} ${round}`, second.versionId, 'overwrite', note);
    const { headers } = await context.call({ method: 'DELETE', key });
    await seeNothing(context, key, 'delete', note);
    const marker = headers.get('x-amz-version-id') ?? '';
    for (const versionId of [marker, second.versionId, first.versionId]) {
      if (versionId !== '') await context.deleteVersion(key, versionId);
    }
    const { versions } = await context.listVersions(key);
    if (versions.length > 0) note('ListObjectVersions after all versions were deleted');
  }
}

async function seeLatest(
  context: BenchContext,
  key: string,
  body: string,
  versionId: string,
  after: string,
  note: Note,
): Promise<void> {
  const read = await context.call({ method: 'GET', key });
  if (read.status !== 200 || read.body.toString() !== body) note(`GET after ${after}`);
  const head = await context.call({ method: 'HEAD', key });
  if (head.status !== 200 || (head.headers.get('x-amz-version-id') ?? '') !== versionId)
    note(`HEAD after ${after}`);
  const { keys } = await listPage(context, 'v2', { prefix: key });
  if (keys.join() !== key) note(`ListObjectsV2 after ${after}`);
  const { versions } = await context.listVersions(key);
  const latest = versions.filter((version) => version.isLatest && !version.isMarker);
  const isSeen =
    versionId === '' ? latest.length === 1 : latest.map((each) => each.versionId).join() === versionId;
  if (!isSeen) note(`ListObjectVersions after ${after}`);
}

async function seeNothing(context: BenchContext, key: string, after: string, note: Note): Promise<void> {
  for (const method of ['GET', 'HEAD'] as const) {
    const { status } = await context.call({ method, key });
    if (status !== 404) note(`${method} after ${after}`);
  }
  const { keys } = await listPage(context, 'v2', { prefix: key });
  if (keys.length > 0) note(`ListObjectsV2 after ${after}`);
}

const perKey: BenchCase = {
  id: 'precondition-consistency-keys',
  group: 'precondition',
  title: `Read and list after write, overwrite and delete, with ${WORKERS} clients`,
  veeamDoes:
    'Writes, overwrites and deletes small objects and reads or lists them at once, from many connections.',
  mustComeBack: 'The latest state in each GET, HEAD, ListObjectsV2 and ListObjectVersions.',
  severity: 'breaks',
  source: `${SOURCE} Reports of what it breaks: seaweedfs#9269, #9460.`,
  advice: ADVICE,
  profile: 'core',
  async run(context) {
    const violations: string[] = [];
    const workers = Array.from({ length: WORKERS }, (_, worker) => worker);
    await inParallel(workers, WORKERS, (worker) =>
      livesOf(context, worker, (each) => void violations.push(each)),
    );
    const text = violationText(violations);
    if (text !== undefined) context.fail(`${text} (${WORKERS} clients, ${ROUNDS} rounds each).`);
  },
};

const PER_WORKER = 8;

const inFolder: BenchCase = {
  id: 'precondition-consistency-folder',
  group: 'precondition',
  title: `A list of a folder that ${WORKERS} clients write to holds all that was written`,
  veeamDoes: 'Lists folders while other task slots write into them.',
  mustComeBack: 'Each list holds every key whose PUT had been answered before the list was asked for.',
  severity: 'breaks',
  source: SOURCE,
  advice: ADVICE,
  profile: 'core',
  async run(context) {
    const folder = blocksFolder(context.prefix);
    const answered = new Set<string>();
    const violations: string[] = [];
    const workers = Array.from({ length: WORKERS }, (_, worker) => worker);
    await inParallel(workers, WORKERS, async (worker) => {
      for (let i = 0; i < PER_WORKER; i += 1) {
        const key = blockKey(context.prefix, worker * PER_WORKER + i);
        await context.put(key, key);
        answered.add(key);
        const before = [...answered];
        const kind = i % 2 === 0 ? 'v2' : 'versions';
        const pages = await listPages(context, kind, { prefix: folder, maxKeys: 50 }, 100);
        const keys = pages.flatMap((page) => page.keys);
        const listed = new Set(keys);
        if (before.some((each) => !listed.has(each))) violations.push(`A key missing in a list (${kind})`);
        if (listed.size < keys.length) violations.push(`A key twice in a list (${kind})`);
      }
    });
    const text = violationText(violations);
    if (text !== undefined) context.fail(`${text} (${WORKERS * PER_WORKER} lists).`);
  },
};

export const CONSISTENCY_PRECONDITIONS: readonly BenchCase[] = [perKey, inFolder];
