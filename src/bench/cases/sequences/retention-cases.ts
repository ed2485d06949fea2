// Sequences 9, 10 and 12: what outlived its retention is deleted, what is still used is locked for longer, a backup goes.
import type { BenchCase } from '../../bench-case.ts';
import type { BenchContext } from '../../bench-context.ts';
import { inParallel } from '../../runtime/in-parallel.ts';
import { expectStatus } from '../expect-status.ts';
import { said } from '../rows/answer-text.ts';
import { contentMd5, multiDelete } from '../rows/multi-delete-call.ts';
import { needObjectLock } from '../rows/retention-call.ts';
import { perSecond } from '../rows/timing.ts';
import { blockKey, blocksFolder, checkpointKey } from '../veeam-layout.ts';
import { type Block, SLOT_WIDTH, writeBlocks } from './blocks.ts';
import { copySource } from './copy-source.ts';
import { deleteVersions, expectEmpty } from './delete-versions.ts';
import { expectLocked, lockVersion } from './lock-version.ts';

const SWEPT = 120;
const PAGE = 50;
const SMALL = 1024;
const LOCK_SECONDS = 15;

const sweep: BenchCase = {
  id: 'sequence-09',
  group: 'sequence',
  title: 'Retention sweep: list versions by page, delete them by version id',
  veeamDoes:
    'ListObjectVersions page by page, DeleteObjects with version ids, up to 1000 in a call; also DELETE without a ' +
    'version id on keys that are still locked.',
  mustComeBack:
    'Each version in exactly one page; all deleted; a delete marker and 204 for the locked key, and AccessDenied for ' +
    'its version alone while the others of the same call are deleted.',
  severity: 'breaks',
  source:
    'versitygw#1741 (06f4f0ac), cloudserver#6267, MaxIOFS (a key lost per page). DeleteObjects: cloudserver#5195, by inference.',
  advice:
    'Judge each key of a multi-delete by itself. A delete without a version id never touches a version.',
  profile: 'core',
  async run(context: BenchContext) {
    await needObjectLock(context);
    const first = await writeBlocks(context, SWEPT, SMALL);
    const second = await writeBlocks(context, SWEPT, SMALL);
    const written = [...first, ...second];
    await expectPages(context, written);
    const locked = await lockedKey(context);
    const swept = written.map(({ key, versionId }) => ({ key, versionId }));
    const { deleted, errors } = await multiDelete(context, [locked, ...swept], contentMd5);
    const others = errors.filter(({ key }) => key !== locked.key);
    if (others.length > 0) {
      context.fail(
        `DeleteObjects with one locked version gave ${others.length} other errors, first ${others[0]?.code} for ${others[0]?.key}.`,
      );
    }
    const [refusal] = errors;
    if (refusal === undefined) {
      context.fail(
        'DeleteObjects gave no error for the locked version: it was deleted, or it was passed over.',
      );
    }
    if (deleted.length !== swept.length) {
      context.fail(
        `DeleteObjects names ${deleted.length} versions as deleted; ${swept.length} were not locked.`,
      );
    }
    await expectEmpty(context, blocksFolder(context.prefix), 'after the sweep');
    const body = await context.get(locked.key, locked.versionId);
    if (body.toString() !== 'locked') context.fail('The locked version reads other bytes after the sweep.');
    if (refusal.code !== 'AccessDenied') {
      context.warn(
        `DeleteObjects gave the code ${refusal.code} for the locked version; AWS says AccessDenied, and no report says that Veeam minds.`,
      );
    }
  },
};

async function expectPages(context: BenchContext, written: readonly Block[]): Promise<void> {
  const { versions, pages } = await context.listVersions(blocksFolder(context.prefix), { maxKeys: PAGE });
  const wanted = new Set(written.map(({ key, versionId }) => `${key} ${versionId}`));
  const seen = versions.map(({ key, versionId }) => `${key} ${versionId}`);
  const missing = [...wanted].filter((each) => !seen.includes(each));
  if (missing.length > 0) {
    context.fail(
      `ListObjectVersions lost ${missing.length} of ${wanted.size} versions over ${pages} pages, first ${missing[0]}.`,
    );
  }
  if (seen.length !== wanted.size) {
    context.fail(
      `ListObjectVersions gave ${seen.length} versions over ${pages} pages; ${wanted.size} are there.`,
    );
  }
}

/** A key below another folder, with a lock on its version and a delete marker on top. */
async function lockedKey(
  context: BenchContext,
): Promise<{ readonly key: string; readonly versionId: string }> {
  const key = checkpointKey(context.prefix);
  const { versionId } = await context.put(key, 'locked', { lockSeconds: LOCK_SECONDS });
  const answer = await context.call({ method: 'DELETE', key });
  expectStatus(context, answer, 'DELETE without a version id of a locked key', 204, 200);
  const marker = answer.headers.get('x-amz-version-id') ?? '';
  if (answer.headers.get('x-amz-delete-marker') !== 'true' || marker === '' || marker === versionId) {
    context.fail(
      'DELETE without a version id of a locked key did not say that it made a delete marker of its own.',
    );
  }
  return { key, versionId };
}

const EXTENDED = 200;

const extension: BenchCase = {
  id: 'sequence-10',
  group: 'sequence',
  title: `Generation extension: the locks of ${EXTENDED} blocks are made longer`,
  veeamDoes:
    'About every ten days, PutObjectRetention with a later date over all blocks that a backup still uses.',
  mustComeBack: '200 to each, and the later date in ?retention.',
  severity: 'breaks',
  source:
    'Veeam help center (block generation), KB4470; minio#13542 (load), #17154 (refused while draining), seaweedfs#9460.',
  advice:
    'A later date is always allowed in COMPLIANCE mode. Make the call cheap: it comes in bursts over millions of versions.',
  profile: 'core',
  async run(context) {
    await needObjectLock(context);
    const blocks = await writeBlocks(context, EXTENDED, SMALL, () => ({ lockSeconds: LOCK_SECONDS }));
    const untilMs = context.now() + (LOCK_SECONDS + 10) * 1000;
    const began = context.now();
    await inParallel(blocks, SLOT_WIDTH, (block) => lockVersion(context, block, untilMs));
    context.figure('extensions per second', perSecond(EXTENDED, context.now() - began));
    await inParallel(blocks, SLOT_WIDTH, (block) => expectLocked(context, block, untilMs));
  },
};

const OF_BACKUP = 250;

const deleteBackup: BenchCase = {
  id: 'sequence-12',
  group: 'sequence',
  title: 'Delete backup: the checkpoint is copied and rewritten, then all goes',
  veeamDoes:
    'Copies or rewrites the checkpoint (Cloud.DeleteBackup, "Failed to copy checkpoint"), then deletes everything of the backup.',
  mustComeBack:
    'A copy with the same bytes (and a version id, or it is a warning); nothing in lists afterwards.',
  severity: 'breaks',
  source: 'versitygw#1637 (12.3; a conditional write was suspected, nobody confirmed it).',
  advice:
    'Take x-amz-copy-source with percent-encoded braces and with a versionId. See row-56 for conditional writes.',
  profile: 'core',
  async run(context) {
    await writeBlocks(context, OF_BACKUP, SMALL);
    const key = checkpointKey(context.prefix);
    const body = context.bytes(3000, 'checkpoint');
    const { versionId } = await context.put(key, body);
    await context.put(key, 'rewritten');
    const copy = `${key}.copy`;
    const copies = [
      await expectCopy(context, copy, copySource(context.bucket, key, versionId), body),
      await expectCopy(context, copy, copySource(context.bucket, key), Buffer.from('rewritten')),
    ];
    const { versions } = await context.listVersions(context.prefix);
    const began = context.now();
    await deleteVersions(context, versions);
    context.figure('versions deleted per second', perSecond(versions.length, context.now() - began));
    await expectEmpty(context, context.prefix, 'after the whole backup was deleted');
    const gone = await context.call({ method: 'GET', key: blockKey(context.prefix, 0) });
    if (gone.status !== 404)
      context.fail(`GET of a block after the backup was deleted was answered ${said(gone)}.`);
    if (copies.includes('')) {
      context.warn(
        'The answer to CopyObject has no x-amz-version-id; AWS sends it. Veeam is known to want it of PUT (rustfs#1066).',
      );
    }
  },
};

/** The version id that the answer names, or nothing. */
async function expectCopy(context: BenchContext, key: string, source: string, body: Buffer): Promise<string> {
  const answer = await context.call({ method: 'PUT', key, headers: { 'x-amz-copy-source': source } });
  expectStatus(context, answer, `Copy of ${source}`, 200);
  // S3 may begin with 200 and fail later: then an error document comes.
  if (answer.code !== undefined)
    context.fail(`Copy of ${source} was answered 200 with the error ${answer.code}.`);
  if (!(await context.get(key)).equals(body)) context.fail('The copy reads other bytes than its source.');
  return answer.headers.get('x-amz-version-id') ?? '';
}

export const RETENTION_SEQUENCES: readonly BenchCase[] = [sweep, extension, deleteBackup];
