// Rows about versions of single keys: the id that a write gives, the current one, and older ones by their id.
import type { BenchCase } from '../../bench-case.ts';
import { blockKey, checkpointHistoryKey, checkpointKey, lockKey } from '../veeam-layout.ts';
import { said, succeeded } from './answer-text.ts';
import { putVersion } from './versioned-put.ts';

const LOCK_ROUNDS = 5;

export const rowVersionCases: readonly BenchCase[] = [
  {
    id: 'row-01',
    group: 'row',
    title: 'Every write gives a version id',
    veeamDoes:
      'Cloud.EnableBackupFeatures writes CheckpointHistory and reads x-amz-version-id. Without it the job ends with "S3 returned empty versionId for newly uploaded object … check that versioning is enabled".',
    mustComeBack:
      'x-amz-version-id with every answer to a PUT in a bucket with versioning, never empty, never "null", another each time; also for empty objects and for overwrites.',
    severity: 'breaks',
    source: 'rustfs#1066, rustfs PR#1272, rustfs#1709',
    advice:
      'Check that the bucket has versioning enabled. If it has, the store must add x-amz-version-id to the answer of PutObject.',
    profile: 'smoke',
    async run(context) {
      const history = checkpointHistoryKey(context.prefix);
      const writes = [
        [history, 'first'],
        [history, 'second'],
        [blockKey(context.prefix, 0), context.bytes(4096)],
        [`${context.prefix}empty`, ''],
      ] as const;
      const ids = new Set<string>();
      for (const [key, body] of writes) {
        const answer = await context.call({ method: 'PUT', key, body });
        if (!succeeded(answer)) {
          context.fail(`PUT of "${key}" was answered ${said(answer)}.`);
        }
        const id = answer.headers.get('x-amz-version-id') ?? '';
        if (id === '' || id === 'null') {
          context.fail(
            `PUT of "${key}" was answered ${id === '' ? 'without x-amz-version-id' : 'with the version id "null"'}.`,
          );
        }
        if (ids.has(id)) {
          context.fail(`Two writes gave the same version id ${id}.`);
        }
        ids.add(id);
      }
    },
  },
  {
    id: 'row-01-suspended',
    group: 'row',
    title: 'Writes to a bucket with suspended versioning say "null"',
    veeamDoes:
      'A client that reads x-amz-version-id of each write does so too where versioning was suspended.',
    mustComeBack: 'x-amz-version-id: null.',
    severity: 'unproven',
    source:
      'rustfs PR#1272. VBR does not use such buckets for immutability, and several stores that work with it leave the header out.',
    advice: 'Send x-amz-version-id: null where versioning is suspended. Nobody has reported harm without it.',
    profile: 'core',
    makesBuckets: true,
    async run(context) {
      const bucket = await context.makeBucket({ versioning: 'Suspended' });
      const answer = await context.call({ method: 'PUT', bucket, key: `${context.prefix}object`, body: 'x' });
      if (!succeeded(answer)) {
        context.fail(`PUT into a bucket with suspended versioning was answered ${said(answer)}.`);
      }
      const id = answer.headers.get('x-amz-version-id');
      if (id !== 'null') {
        context.warn(
          `PUT into a bucket with suspended versioning was answered ${id === undefined ? 'without x-amz-version-id' : `with the version id "${id}"`}, not with "null".`,
        );
      }
    },
  },
  {
    id: 'row-13',
    group: 'row',
    title: 'The current version is the one written last',
    veeamDoes:
      'Lock and checkpoint objects are rewritten and their versions deleted all the time; GET without a version id must give the state of now.',
    mustComeBack:
      'After an overwrite the new body; after its version is deleted the one before; after a delete without a version id 404; after the marker is deleted the object again.',
    severity: 'breaks',
    source: 'seaweedfs#9269',
    advice:
      'The pointer to the latest version went stale. Work out the latest version in the same transaction that adds or deletes one, markers included.',
    profile: 'core',
    async run(context) {
      const key = checkpointKey(context.prefix);
      const expect = async (body: string, when: string) => {
        const answer = await context.call({ method: 'GET', key });
        if (answer.body.toString() !== body) {
          context.fail(
            `GET ${when} should give "${body}", but was answered ${said(answer)} with something else.`,
          );
        }
      };
      await putVersion(context, key, 'state one');
      await expect('state one', 'after the first write');
      const second = await putVersion(context, key, 'state two');
      await expect('state two', 'after an overwrite');
      await context.deleteVersion(key, second);
      await expect('state one', 'after the newer version was deleted');
      const deleted = await context.call({ method: 'DELETE', key });
      const marker = deleted.headers.get('x-amz-version-id');
      const gone = await context.call({ method: 'GET', key });
      if (gone.status !== 404) {
        context.fail(`GET after a delete without a version id was answered ${said(gone)}.`);
      }
      if (marker !== undefined) {
        await context.deleteVersion(key, marker);
        await expect('state one', 'after the delete marker was deleted');
      }
    },
  },
  {
    id: 'row-14',
    group: 'row',
    title: 'A lock object is there right after PUT and gone right after DELETE',
    veeamDoes:
      'Around each checkpoint: GET of Metadata/Lock/create.checkpoint/try, PUT, GET, DELETE with the version id, for ever on the same key. When a GET after PUT says NoSuchKey, Cloud.CreateCheckpoint fails with "Storage … not found" or "immutability less than current storage immutability".',
    mustComeBack:
      '404 NoSuchKey before, 200 right after PUT, 404 right after DELETE with the version id, each time.',
    severity: 'breaks',
    source: 'seaweedfs#9460, seaweedfs#9269',
    advice:
      'Reads must see the last write and the last delete of the same key, also over another connection or node. Look for caches of "not found" and of the latest version.',
    profile: 'smoke',
    async run(context) {
      const key = lockKey(context.prefix, 'try');
      for (let round = 1; round <= LOCK_ROUNDS; round++) {
        const before = await context.call({ method: 'GET', key });
        if (before.status !== 404) {
          context.fail(`Round ${round}: GET of a lock that is not held was answered ${said(before)}.`);
        }
        const versionId = await putVersion(context, key, `lock ${round}`);
        const held = await context.call({ method: 'GET', key });
        if (held.status !== 200) {
          context.fail(`Round ${round}: GET right after PUT was answered ${said(held)}.`);
        }
        await context.deleteVersion(key, versionId);
        const freed = await context.call({ method: 'GET', key });
        if (freed.status !== 404) {
          context.fail(
            `Round ${round}: GET right after DELETE of the only version was answered ${said(freed)}.`,
          );
        }
      }
    },
  },
  {
    id: 'row-35',
    group: 'row',
    title: 'HEAD finds an older version',
    veeamDoes:
      'Cloud.StartBackupSession asks HEAD with the version id of an older version. On 404 the job ends with "Failed to preprocess target Error: Not Found".',
    mustComeBack: '200 with the size and the version id of that version.',
    severity: 'breaks',
    source: 'MaxIOFS (seen in its source; one project that debugged with Veeam)',
    advice: 'HeadObject must look up versionId among all versions of the key, not only the current one.',
    profile: 'core',
    async run(context) {
      const key = checkpointKey(context.prefix);
      const older = await putVersion(context, key, 'older');
      await putVersion(context, key, 'the newer one');
      const answer = await context.call({ method: 'HEAD', key, query: [['versionId', older]] });
      if (answer.status !== 200) {
        context.fail(`HEAD with the version id of an older version was answered ${said(answer)}.`);
      }
      if (answer.headers.get('content-length') !== '5') {
        context.fail(
          `HEAD of an older version of 5 bytes says Content-Length ${answer.headers.get('content-length')}.`,
        );
      }
    },
  },
];
