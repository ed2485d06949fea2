// Rows about object lock on single keys: what a lock allows, what it forbids, and how it is set.
import type { BenchCase } from '../../bench-case.ts';
import { blockKey, ownerKey } from '../veeam-layout.ts';
import { said, succeeded } from './answer-text.ts';
import { contentMd5, multiDelete } from './multi-delete-call.ts';
import { needObjectLock, putRetention } from './retention-call.ts';
import { putVersion } from './versioned-put.ts';

/** Long enough for a few slow calls, short enough for a cleanup that waits. */
const LOCK_SECONDS = 15;

export const rowLockCases: readonly BenchCase[] = [
  {
    id: 'row-05',
    group: 'row',
    title: 'A locked key takes a new version',
    veeamDoes:
      'Ownership take-over of an immutable repository overwrites Config/Owner, whose current version is locked.',
    mustComeBack: '200 with a new version id; the locked version stays beside it.',
    severity: 'breaks',
    source: 'rustfs#3174, rustfs PR#3179',
    advice:
      'A COMPLIANCE lock protects a version, not a key: PutObject must always be able to add a version.',
    profile: 'core',
    async run(context) {
      await needObjectLock(context);
      const key = ownerKey(context.prefix);
      const first = await putVersion(context, key, 'owner one', { lockSeconds: LOCK_SECONDS });
      const answer = await context.call({ method: 'PUT', key, body: 'owner two' });
      if (!succeeded(answer)) {
        context.fail(`PUT over a COMPLIANCE-locked key was answered ${said(answer)}.`);
      }
      const kept = await context.call({ method: 'GET', key, query: [['versionId', first]] });
      if (kept.body.toString() !== 'owner one') {
        context.fail(`After PUT over a locked key its locked version was answered ${said(kept)}.`);
      }
    },
  },
  {
    id: 'row-06',
    group: 'row',
    title: 'A lock is kept: no delete, no shortening',
    veeamDoes:
      'VBR relies on it: ransomware that has the keys of the repository deletes versions by their ids.',
    mustComeBack:
      'DELETE with the id of a locked version is refused, by itself and in DeleteObjects, an earlier date in PutObjectRetention too, and the version is still there.',
    severity: 'unproven',
    source:
      'rustfs#2473, rustfs#1509: general S3, not a Veeam report; backups are not immutable where it fails',
    advice:
      'Check the lock of the version in every way that removes it: DeleteObject, DeleteObjects, expiry. In COMPLIANCE mode nobody may shorten it.',
    profile: 'core',
    async run(context) {
      await needObjectLock(context);
      const key = blockKey(context.prefix, 0);
      const versionId = await putVersion(context, key, 'locked', { lockSeconds: LOCK_SECONDS });
      const shorter = await putRetention(context, key, { versionId, seconds: 3, namespace: true });
      if (succeeded(shorter)) {
        context.fail('PutObjectRetention with an earlier date than the COMPLIANCE lock has was accepted.');
      }
      const single = await context.call({ method: 'DELETE', key, query: [['versionId', versionId]] });
      if (succeeded(single)) {
        context.fail(`DELETE of a locked version was answered ${said(single)}.`);
      }
      const many = await multiDelete(context, [{ key, versionId }], contentMd5);
      const kept = await context.call({ method: 'GET', key, query: [['versionId', versionId]] });
      if (kept.body.toString() !== 'locked') {
        context.fail(`The locked version was deleted: GET with its id was answered ${said(kept)}.`);
      }
      if (many.errors.length === 0) {
        context.fail('DeleteObjects of a locked version names no error for it.');
      }
    },
  },
  {
    id: 'row-07',
    group: 'row',
    title: 'Retention without the S3 namespace is taken',
    veeamDoes:
      'VBR 12.3.2 sends PUT ?retention&versionId=… with the body "<Retention><Mode>COMPLIANCE</Mode>…", without xmlns.',
    mustComeBack: '200, as with the namespace.',
    severity: 'breaks',
    source: 'seaweedfs#7516, seaweedfs PR#7517',
    advice: 'Match the names of the elements of PutObjectRetention with and without the S3 namespace.',
    profile: 'core',
    async run(context) {
      await needObjectLock(context);
      const key = blockKey(context.prefix, 0);
      const versionId = await putVersion(context, key, 'block');
      const answer = await putRetention(context, key, { versionId, seconds: LOCK_SECONDS, namespace: false });
      if (answer.status === 404) {
        context.skip('PutObjectRetention with a version id was answered 404: see row-36.');
      }
      if (!succeeded(answer)) {
        context.fail(`PutObjectRetention with a <Retention> without namespace was answered ${said(answer)}.`);
      }
      const read = await context.call({
        method: 'GET',
        key,
        query: [['retention'], ['versionId', versionId]],
      });
      if (!read.body.includes('COMPLIANCE')) {
        context.fail(`The retention was accepted but not kept: GET ?retention was answered ${said(read)}.`);
      }
    },
  },
  {
    id: 'row-28',
    group: 'row',
    title: 'A delete without a version id of a locked key makes a marker',
    veeamDoes:
      'Retention deletes keys without version ids first, locked or not, and their versions when locks are over.',
    mustComeBack: '204 with x-amz-delete-marker: true and the id of the marker; the locked version stays.',
    severity: 'unproven',
    source: 'versitygw#1741 and its commit 06f4f0ac: general S3, not a Veeam report',
    advice:
      'Without versionId nothing is removed, so no lock stands in the way. Check locks only where a version is named.',
    profile: 'smoke',
    async run(context) {
      await needObjectLock(context);
      const key = blockKey(context.prefix, 0);
      const versionId = await putVersion(context, key, 'locked', { lockSeconds: LOCK_SECONDS });
      const answer = await context.call({ method: 'DELETE', key });
      if (answer.status !== 204) {
        context.fail(`DELETE of a locked key without a version id was answered ${said(answer)}.`);
      }
      if (answer.headers.get('x-amz-delete-marker') !== 'true') {
        context.fail('DELETE of a locked key without a version id does not say x-amz-delete-marker: true.');
      }
      const kept = await context.call({ method: 'GET', key, query: [['versionId', versionId]] });
      if (kept.status !== 200) {
        context.fail(`After a delete without a version id the locked version was answered ${said(kept)}.`);
      }
    },
  },
  {
    id: 'row-36',
    group: 'row',
    title: 'Retention can be set on a version by its id',
    veeamDoes:
      'VBR locks blocks, and extends their locks, with PUT ?retention&versionId=… for the version it wrote.',
    mustComeBack:
      '200, for the current version and for an older one; GET ?retention&versionId=… shows the date.',
    severity: 'breaks',
    source: 'MaxIOFS (seen in its source; one project that debugged with Veeam)',
    advice: 'PutObjectRetention must look up versionId among all versions of the key.',
    profile: 'core',
    async run(context) {
      await needObjectLock(context);
      const key = blockKey(context.prefix, 0);
      const older = await putVersion(context, key, 'older');
      const newer = await putVersion(context, key, 'newer');
      for (const [name, versionId] of [
        ['current', newer],
        ['older', older],
      ] as const) {
        const answer = await putRetention(context, key, {
          versionId,
          seconds: LOCK_SECONDS,
          namespace: true,
        });
        if (!succeeded(answer)) {
          context.fail(`PutObjectRetention with the id of the ${name} version was answered ${said(answer)}.`);
        }
      }
    },
  },
  {
    id: 'row-48',
    group: 'row',
    title: 'Object lock errors have the codes of S3',
    veeamDoes: 'VBR tells a missing lock, a refused delete and a bad request apart by status and code.',
    mustComeBack:
      'GET ?retention of an object without one: 404 NoSuchObjectLockConfiguration. A date in the past, or a mode without a date: 400 InvalidArgument. DELETE of a locked version: 403 AccessDenied.',
    severity: 'unproven',
    source:
      'storj/edge#407, #408, #418, #419, #427, #428, #498, #513: done for Veeam by its implementers, no failed backup reported',
    advice: 'Compare the status and the code shown here with the S3 reference for object lock.',
    profile: 'core',
    async run(context) {
      await needObjectLock(context);
      const key = blockKey(context.prefix, 0);
      const versionId = await putVersion(context, key, 'x');
      const wrong: string[] = [];
      const expect = (what: string, said: string, wanted: string) => {
        if (said !== wanted) {
          wrong.push(`${what}: ${said} instead of ${wanted}`);
        }
      };
      const none = await context.call({ method: 'GET', key, query: [['retention']] });
      expect('GET ?retention without one', said(none), '404 NoSuchObjectLockConfiguration');
      const past = await putRetention(context, key, { versionId, seconds: -3600, namespace: true });
      // Where no version is found by its id it is row-36.
      if (past.status !== 404) {
        expect('a date in the past', said(past), '400 InvalidArgument');
      }
      const half = await context.call({
        method: 'PUT',
        key: blockKey(context.prefix, 1),
        headers: { 'x-amz-object-lock-mode': 'COMPLIANCE' },
        body: 'x',
      });
      expect('PUT with a lock mode but no date', said(half), '400 InvalidArgument');
      const lockedKey = blockKey(context.prefix, 2);
      const locked = await putVersion(context, lockedKey, 'x', { lockSeconds: LOCK_SECONDS });
      const refused = await context.call({
        method: 'DELETE',
        key: lockedKey,
        query: [['versionId', locked]],
      });
      if (!succeeded(refused)) {
        expect('DELETE of a locked version', said(refused), '403 AccessDenied');
      }
      if (wrong.length > 0) {
        context.fail(`${wrong.join('; ')}.`);
      }
    },
  },
];
