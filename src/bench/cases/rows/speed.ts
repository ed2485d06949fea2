// Rows about speed, scaled down to a few hundred objects: they find what is out of proportion, not what is merely slow.
import type { BenchCase } from '../../bench-case.ts';
import type { BenchContext } from '../../bench-context.ts';
import { inParallel } from '../../runtime/in-parallel.ts';
import { archiveBlockKey, blockKey, blocksFolder } from '../veeam-layout.ts';
import { said, succeeded } from './answer-text.ts';
import { listPage } from './listing-call.ts';
import { contentMd5, multiDelete } from './multi-delete-call.ts';
import { needObjectLock, putRetention } from './retention-call.ts';
import { median, perSecond, toTenth } from './timing.ts';
import { putVersion } from './versioned-put.ts';

/** What VBR opens for one task slot unless told otherwise (S3ConcurrentTaskLimit). */
const TASK_SLOT_WIDTH = 64;

/** One existence check of a block. At a second each and 64 wide, a million blocks take four hours and a half. */
const EXISTENCE_LIMIT_MS = 1_000;
const EXISTENCE_SIBLINGS = 200;
const EXISTENCE_CHECKS = 20;

/** Retention calls a second. At ten a second, the blocks of 1 TiB at 1 MiB take more than a day. */
const RETENTION_FLOOR = 10;
const RETENTION_BLOCKS = 128;

/** 400,000 objects in 4 h, which is what Scality's engineers say that the Veeam Ready test wants. */
const DELETE_FLOOR = 400_000 / (4 * 3600);
const DELETE_OBJECTS = 300;

const READ_OBJECTS = 128;
const READ_BYTES = 128 * 1024;
const LIST_LIMIT_MS = 10_000;

const BURST_PUTS = 192;
/** Of a burst, so many of a hundred may be told to slow down. */
const REFUSED_PERCENT = 5;

export const rowSpeedCases: readonly BenchCase[] = [
  {
    id: 'row-20',
    group: 'row',
    title: 'Listing one whole key as the prefix is quick',
    veeamDoes:
      'The capacity tier looks for a block by ListObjectVersions with the whole ".blk" key as the prefix, for each block.',
    mustComeBack: `The one version, within ${EXISTENCE_LIMIT_MS} ms in the middle of ${EXISTENCE_CHECKS} checks beside ${EXISTENCE_SIBLINGS} blocks.`,
    severity: 'slow',
    source:
      'minio#10893, minio#16593: the parent directory was scanned each time. The limit is the bench’s own.',
    advice: 'Seek to the prefix in the index. A prefix that is a whole key needs a look-up, not a walk.',
    profile: 'core',
    alone: true,
    async run(context) {
      const keys = Array.from({ length: EXISTENCE_SIBLINGS }, (_, i) => archiveBlockKey(context.prefix, i));
      await inParallel(keys, TASK_SLOT_WIDTH, (key) => context.put(key, context.bytes(512, key)));
      const times: number[] = [];
      for (const key of keys.slice(0, EXISTENCE_CHECKS)) {
        times.push((await listPage(context, 'versions', { prefix: key })).answer.tookMs);
      }
      context.figure('ms of an existence check', median(times));
      if (median(times) > EXISTENCE_LIMIT_MS) {
        context.fail(`An existence check by list took ${Math.round(median(times))} ms in the middle.`);
      }
    },
  },
  {
    id: 'row-21',
    group: 'row',
    title: 'A wave of PutObjectRetention is quick',
    veeamDoes:
      'About every ten days block generation extends the lock of all blocks in use: one PutObjectRetention for each, 64 at a time.',
    mustComeBack: `At least ${RETENTION_FLOOR} a second over ${RETENTION_BLOCKS} blocks.`,
    severity: 'slow',
    source: 'minio#13542: the wave saturated the disks. The limit is the bench’s own.',
    advice: 'Keep locks where they can be changed without rewriting the object.',
    profile: 'core',
    alone: true,
    async run(context) {
      await needObjectLock(context);
      const keys = Array.from({ length: RETENTION_BLOCKS }, (_, i) => blockKey(context.prefix, i));
      const blocks = await inParallel(keys, TASK_SLOT_WIDTH, async (key) => ({
        key,
        versionId: await putVersion(context, key, context.bytes(512, key)),
      }));
      const started = context.now();
      const answers = await inParallel(blocks, TASK_SLOT_WIDTH, ({ key, versionId }) =>
        putRetention(context, key, { versionId, seconds: 10, namespace: true }),
      );
      const rate = perSecond(answers.length, context.now() - started);
      const refused = answers.find((answer) => !succeeded(answer));
      if (refused !== undefined) {
        context.fail(`PutObjectRetention was answered ${said(refused)}, ${TASK_SLOT_WIDTH} at a time.`);
      }
      context.figure('retention calls/s', rate);
      if (rate < RETENTION_FLOOR) {
        context.fail(`Retention was extended at ${rate.toFixed(1)} objects a second.`);
      }
    },
  },
  {
    id: 'row-44',
    group: 'row',
    title: 'DeleteObjects is as fast as the Veeam Ready test wants',
    veeamDoes: 'Retention and Delete from Disk remove versions, up to 1000 a call.',
    mustComeBack: `At least ${Math.ceil(DELETE_FLOOR)} versions a second: 400,000 objects in 4 hours.`,
    severity: 'slow',
    source:
      'scality/cloudserver#5195: 10 h instead of 4 h. The only public figure of the test; here with a few hundred objects.',
    advice: 'Read the metadata of all keys of a call at once, and delete them in parallel.',
    profile: 'core',
    alone: true,
    async run(context) {
      const keys = Array.from({ length: DELETE_OBJECTS }, (_, i) => blockKey(context.prefix, i));
      const objects = await inParallel(keys, TASK_SLOT_WIDTH, async (key) => ({
        key,
        versionId: await putVersion(context, key, context.bytes(512, key)),
      }));
      const { answer, errors } = await multiDelete(context, objects, contentMd5);
      if (errors.length > 0) {
        context.fail(
          `DeleteObjects names errors for ${errors.length} of ${objects.length} keys: ${errors[0]?.code}.`,
        );
      }
      const rate = perSecond(objects.length, answer.tookMs);
      context.figure('deleted versions/s', rate);
      if (rate < DELETE_FLOOR) {
        context.fail(
          `DeleteObjects of ${objects.length} versions went at ${rate.toFixed(1)} versions a second.`,
        );
      }
    },
  },
  {
    id: 'row-47',
    group: 'row',
    title: 'Many readers at a time get whole objects, and lists come soon',
    veeamDoes:
      'A restore reads blocks over 64 connections and more, and lists the folder of the backup before it.',
    mustComeBack: `${READ_OBJECTS} objects of ${READ_BYTES / 1024} KiB, 64 at a time, whole; the list of them within ${LIST_LIMIT_MS / 1000} s.`,
    severity: 'slow',
    source: 'Seagate/cortx-prvsnr#4511, #4462, #4410: lists took minutes, parallel reads ended in EOF',
    advice:
      'Look for a limit of connections in front of the store, and for lists that read object by object.',
    profile: 'core',
    alone: true,
    async run(context) {
      const keys = Array.from({ length: READ_OBJECTS }, (_, i) => blockKey(context.prefix, i));
      await inParallel(keys, TASK_SLOT_WIDTH, (key) => context.put(key, context.bytes(READ_BYTES, key)));
      const list = await listPage(context, 'versions', { prefix: blocksFolder(context.prefix) });
      context.figure('ms of the list', toTenth(list.answer.tookMs));
      if (list.answer.tookMs > LIST_LIMIT_MS) {
        context.fail(`A list of ${READ_OBJECTS} versions took ${Math.round(list.answer.tookMs)} ms.`);
      }
      const started = context.now();
      const broken = (await inParallel(keys, TASK_SLOT_WIDTH, (key) => readWhole(context, key))).filter(
        (problem) => problem !== undefined,
      );
      context.figure('reads/s', perSecond(keys.length, context.now() - started));
      if (broken.length > 0) {
        context.fail(
          `${broken.length} of ${keys.length} parallel reads did not come whole; the first: ${broken[0]}.`,
        );
      }
    },
  },
  {
    id: 'row-49',
    group: 'row',
    title: 'Sixty-four writers are not told to slow down',
    veeamDoes: 'One task slot writes blocks over 64 connections; a repository with 8 slots over 512.',
    mustComeBack: `Of ${BURST_PUTS} PUTs, 64 at a time, at most ${REFUSED_PERCENT} % answered 503 or 429 or not at all.`,
    severity: 'breaks',
    source:
      'scaleway/docs-content#3447: "Too Many Requests" on PUT. How VBR retries is not public; the share is the bench’s own.',
    advice:
      'Raise the limit of requests or connections above 64 for each task slot, or tell users to set fewer (S3ConcurrentTaskLimit).',
    profile: 'core',
    alone: true,
    async run(context) {
      const keys = Array.from({ length: BURST_PUTS }, (_, i) => blockKey(context.prefix, i));
      const started = context.now();
      const outcomes = await inParallel(keys, TASK_SLOT_WIDTH, (key) => putOutcome(context, key));
      context.figure('writes/s', perSecond(keys.length, context.now() - started));
      const refused = outcomes.filter((outcome) => outcome === 'refused').length;
      context.figure('writes refused', refused);
      if (refused * 100 > BURST_PUTS * REFUSED_PERCENT) {
        context.fail(
          `${refused} of ${BURST_PUTS} PUTs, 64 at a time, were answered 503 or 429 or not at all.`,
        );
      }
    },
  },
];

/** What was wrong with a read, if anything. */
async function readWhole(context: BenchContext, key: string): Promise<string | undefined> {
  try {
    const answer = await context.call({ method: 'GET', key });
    if (answer.status !== 200) {
      return said(answer);
    }
    return answer.body.equals(context.bytes(READ_BYTES, key))
      ? undefined
      : `${answer.body.length} bytes that are not the ones written`;
  } catch (error) {
    context.signal.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  }
}

async function putOutcome(context: BenchContext, key: string): Promise<'refused' | 'answered'> {
  try {
    const answer = await context.call({ method: 'PUT', key, body: context.bytes(4096, key) });
    return answer.status === 503 || answer.status === 429 ? 'refused' : 'answered';
  } catch {
    // A rate limit may also close the connection.
    context.signal.throwIfAborted();
    return 'refused';
  }
}
