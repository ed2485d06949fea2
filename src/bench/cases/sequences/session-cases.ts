// Sequences 5 to 8 and 11: data is written and locked, checkpoints are made and found, ownership is taken over.
import type { BenchCase } from '../../bench-case.ts';
import type { BenchContext } from '../../bench-context.ts';
import { inParallel } from '../../runtime/in-parallel.ts';
import { expectStatus } from '../expect-status.ts';
import { said } from '../rows/answer-text.ts';
import { needObjectLock } from '../rows/retention-call.ts';
import { perSecond } from '../rows/timing.ts';
import { archiveBlockKey, checkpointKey, folderMarkers, lockKey, ownerKey } from '../veeam-layout.ts';
import { SLOT_WIDTH, writeBlocks } from './blocks.ts';
import { expectEmpty, expectGone } from './delete-versions.ts';
import { expectLocked, isLockUntil, lockVersion } from './lock-version.ts';
import { misplacedIn } from './misplaced.ts';

const BLOCKS = 128;
const BLOCK_BYTES = 256 * 1024;
const LOCK_SECONDS = 15;

const data: BenchCase = {
  id: 'sequence-05',
  group: 'sequence',
  title: `Data: ${BLOCKS} blocks, ${SLOT_WIDTH} at a time, each locked`,
  veeamDoes:
    'PUTs blocks, 64 at a time for each task slot, and locks them in COMPLIANCE mode: with the headers of the PUT ' +
    '(weak) or with PUT ?retention&versionId=, whose root <Retention> has no namespace. Here half of the blocks are ' +
    'locked by headers, and then all by ?retention.',
  mustComeBack: '200 to each; the lock reads back in HEAD and ?retention, and the bytes are the same.',
  severity: 'breaks',
  source:
    "seaweedfs#7516, PR#7517 (VBR 12.3.2); scaleway/docs-content#3447 (rate limit); 64 from Veeam partners' pages.",
  advice:
    'Take <Retention> with and without the S3 namespace. Take 64 connections for each task slot without 429 or 503.',
  profile: 'core',
  async run(context) {
    await needObjectLock(context);
    const began = context.now();
    const blocks = await writeBlocks(context, BLOCKS, BLOCK_BYTES, (n) =>
      n % 2 === 0 ? { lockSeconds: LOCK_SECONDS } : {},
    );
    context.figure('block PUTs per second', perSecond(BLOCKS, context.now() - began));
    const untilMs = context.now() + (LOCK_SECONDS + 5) * 1000;
    const locking = context.now();
    await inParallel(blocks, SLOT_WIDTH, (block) => lockVersion(context, block, untilMs));
    context.figure('retention PUTs per second', perSecond(BLOCKS, context.now() - locking));
    await inParallel(blocks, SLOT_WIDTH, async ({ n, key, versionId, body }) => {
      const answer = await context.call({ method: 'GET', key, query: [['versionId', versionId]] });
      expectStatus(context, answer, `GET of block ${n}`, 200);
      if (!answer.body.equals(body)) context.fail(`Block ${n} reads other bytes than were written.`);
      const mode = answer.headers.get('x-amz-object-lock-mode');
      const until = answer.headers.get('x-amz-object-lock-retain-until-date');
      if (!isLockUntil(mode, until, untilMs)) {
        context.fail(
          `GET of block ${n} says the lock "${mode ?? ''}" until "${until ?? ''}", not the one that was set.`,
        );
      }
    });
    const [first] = blocks;
    if (first !== undefined) await expectLocked(context, first, untilMs);
  },
};

const ROUNDS = 20;

const checkpointLock: BenchCase = {
  id: 'sequence-06',
  group: 'sequence',
  title: `Checkpoint lock: written, read and deleted ${ROUNDS} times under the same key`,
  veeamDoes:
    'GET of Metadata/Lock/create.checkpoint/declare and try (absent), PUT, GET, DELETE with versionId; again and ' +
    'again, also on keys deleted a moment ago.',
  mustComeBack:
    '404 NoSuchKey before, the bytes just written after the PUT, 404 after the DELETE; nothing left in lists.',
  severity: 'breaks',
  source:
    'seaweedfs#9269 (stale read), #9460 ("Storage ... not found" after NoSuchKey right behind a PUT), #10278 (leftovers).',
  advice:
    'Read-after-write and read-after-delete must hold on one key for ever. Look at pointers to the latest version.',
  profile: 'smoke',
  async run(context) {
    for (let round = 1; round <= ROUNDS; round += 1) {
      for (const step of ['declare', 'try'] as const) {
        const key = lockKey(context.prefix, step);
        const where = `in round ${round} of ${ROUNDS}`;
        await expectGone(context, key, `before the PUT ${where}`);
        const body = `lock ${step} ${round}`;
        const { versionId } = await context.put(key, body);
        const read = await context.call({ method: 'GET', key });
        if (read.status !== 200 || read.body.toString() !== body) {
          context.fail(
            `GET of ${step} right after its PUT ${where} was answered ${said(read)} with "${read.body.toString('utf8', 0, 100)}".`,
          );
        }
        await context.deleteVersion(key, versionId);
        await expectGone(context, key, `right after the DELETE ${where}`);
      }
    }
    await expectEmpty(context, context.prefix, 'after each lock was deleted');
  },
};

const findCheckpoint: BenchCase = {
  id: 'sequence-07',
  group: 'sequence',
  title: 'Find last checkpoint: a list with a long prefix holds nothing else',
  veeamDoes:
    'ListObjectVersions with the whole path of Metadata/Checkpoint as prefix and the delimiter / (Cloud.FindLastCheckpointId).',
  mustComeBack: 'The versions of that key, the newest marked as latest; no folder markers of its parents.',
  severity: 'breaks',
  source: 'seaweedfs#9884, PR#9885: "Unexpected key path: \'Veeam/\'".',
  advice:
    'A list holds keys that begin with the prefix. Stores that walk directories tend to add those on the way.',
  profile: 'smoke',
  async run(context) {
    const key = checkpointKey(context.prefix);
    for (const marker of folderMarkers(context.prefix, key)) await context.put(marker, '');
    await context.put(checkpointKey(context.prefix, 'other'), 'of another client');
    const ids: string[] = [];
    for (const body of ['first', 'second', 'third']) ids.push((await context.put(key, body)).versionId);
    for (const prefix of [key, `${key.slice(0, key.lastIndexOf('/') + 1)}`, `/${key}`]) {
      for (const delimiter of [undefined, '/']) {
        const listing = await context.listVersions(prefix, delimiter === undefined ? {} : { delimiter });
        const names = listing.versions.map((version) => version.key);
        const misplaced = misplacedIn(prefix, [...new Set(names), ...listing.prefixes]);
        if (misplaced !== undefined)
          context.fail(`ListObjectVersions with the prefix "${prefix}" ${misplaced}.`);
        const found = listing.versions.filter((version) => version.key === key);
        // AWS takes a leading slash as part of the key: nothing has that.
        if (found.length === 0 && prefix.startsWith('/')) continue;
        const order = found.map((version) => version.versionId);
        if (order.join() !== ids.toReversed().join()) {
          context.fail(
            `ListObjectVersions with the prefix "${prefix}" gives ${found.length} versions of the checkpoint, not its three from the newest on.`,
          );
        }
        const latest = found.filter((version) => version.isLatest).map((version) => version.versionId);
        if (latest.join() !== ids.at(-1)) {
          context.fail(
            `ListObjectVersions marks ${latest.length} versions as the latest, not just the newest.`,
          );
        }
      }
    }
  },
};

const OLD_BLOCKS = 40;

const blockExists: BenchCase = {
  id: 'sequence-08',
  group: 'sequence',
  title: 'Existence of one block: a list with its whole key as prefix',
  veeamDoes: 'In the layout up to v11, ListObjectVersions with a full .blk key as prefix.',
  mustComeBack: 'One version of that key where it is there, an empty list where not.',
  severity: 'breaks',
  source: 'minio#10893 (shortcut for this), #16593.',
  advice:
    'Answer a list whose prefix is a whole key from the key, without walking its folder; it is sent for each block.',
  profile: 'core',
  async run(context) {
    const numbers = Array.from({ length: OLD_BLOCKS }, (_, n) => n);
    await inParallel(numbers, SLOT_WIDTH, (n) =>
      context.put(archiveBlockKey(context.prefix, n), `block ${n}`),
    );
    const began = context.now();
    for (const n of [0, 7, OLD_BLOCKS - 1]) {
      const key = archiveBlockKey(context.prefix, n);
      const { versions } = await context.listVersions(key, { maxKeys: 1 });
      if (versions.length !== 1 || versions[0]?.key !== key) {
        context.fail(
          `ListObjectVersions with the key of block ${n} as prefix gives ${versions.length} versions, not the one.`,
        );
      }
    }
    context.figure('milliseconds for one existence test', (context.now() - began) / 3);
    const { versions } = await context.listVersions(archiveBlockKey(context.prefix, OLD_BLOCKS), {
      maxKeys: 1,
    });
    if (versions.length > 0)
      context.fail('ListObjectVersions with the key of a block that is not there is not empty.');
  },
};

const takeOver: BenchCase = {
  id: 'sequence-11',
  group: 'sequence',
  title: 'Ownership take-over: a locked key is overwritten',
  veeamDoes: 'PUTs Config/Owner again while its version is locked in COMPLIANCE mode.',
  mustComeBack: '200 with a new version id; the old version stays, locked and readable.',
  severity: 'breaks',
  source: 'rustfs#3174, PR#3179.',
  advice: 'A lock protects one version, not the key: a PUT only adds a version on top.',
  profile: 'smoke',
  async run(context) {
    await needObjectLock(context);
    const key = ownerKey(context.prefix);
    const old = await context.put(key, 'first backup server', { lockSeconds: LOCK_SECONDS });
    const now = await context.put(key, 'second backup server', { lockSeconds: LOCK_SECONDS });
    if (now.versionId === '' || now.versionId === old.versionId) {
      context.fail(
        `The second PUT gave the version id "${now.versionId}", the first "${old.versionId}"; they must differ.`,
      );
    }
    await expectText(context, key, undefined, 'second backup server');
    await expectText(context, key, old.versionId, 'first backup server');
    const removed = await context.call({ method: 'DELETE', key, query: [['versionId', old.versionId]] });
    if (removed.status < 400) {
      context.fail(
        `DELETE of the old version, which is locked, was answered ${said(removed)}; 403 must come back.`,
      );
    }
  },
};

async function expectText(
  context: BenchContext,
  key: string,
  versionId: string | undefined,
  text: string,
): Promise<void> {
  const read = (await context.get(key, versionId)).toString();
  if (read !== text)
    context.fail(
      `${versionId === undefined ? 'The key' : 'The old version'} reads "${read}", not "${text}".`,
    );
}

export const SESSION_SEQUENCES: readonly BenchCase[] = [
  data,
  checkpointLock,
  findCheckpoint,
  blockExists,
  takeOver,
];
