// The least that any object store does: write, read, overwrite, delete, and the listing after each.
import type { BenchCase } from '../../bench-case.ts';
import type { BenchContext } from '../../bench-context.ts';

const COMMON = {
  group: 'sequence',
  severity: 'breaks',
  source: 'Veeam help centre, "Considerations and limitations": strong consistency and full S3 compatibility',
  profile: 'smoke',
} as const;

export const putGetDeleteCases: readonly BenchCase[] = [
  {
    ...COMMON,
    id: 'smoke-write-read',
    title: 'What was written is read back, at once',
    veeamDoes: 'PUT of a block, then GET of the same key.',
    mustComeBack: '200 twice, with the same bytes.',
    advice: 'The store does not give back what it took. Nothing else can work: begin here.',
    async run(context) {
      const key = `${context.prefix}blocks/1.blk`;
      const body = context.bytes(512 * 1024, 'write-read');
      await context.put(key, body);
      const read = await context.get(key);
      if (!read.equals(body)) {
        context.fail(`${body.length} bytes were written; ${read.length} came back, and not the same ones`);
      }
    },
  },
  {
    ...COMMON,
    id: 'smoke-overwrite',
    title: 'An overwrite is seen by the next read and the next listing',
    veeamDoes: 'PUT of a metadata object over an older one, then GET and a listing.',
    mustComeBack: 'The new bytes, and a listing with the new size as the latest.',
    advice:
      'A stale read after an overwrite: look for caches of metadata, or reads from a replica that lags.',
    async run(context) {
      const key = `${context.prefix}Config/Repository`;
      for (const size of [1000, 2000, 3000]) {
        await context.put(key, context.bytes(size, `overwrite ${size}`));
        const { length } = await context.get(key);
        if (length !== size)
          context.fail(`${size} bytes were written over ${key}; a read at once gave ${length}`);
        const latest = (await listed(context, key)).find(({ isLatest }) => isLatest);
        if (latest?.size !== size) {
          context.fail(
            `${size} bytes were written; the listing says ${latest?.size ?? 'nothing'} of the latest`,
          );
        }
      }
    },
  },
  {
    ...COMMON,
    id: 'smoke-delete',
    title: 'A deleted version is gone from reads and listings, at once',
    veeamDoes: 'DELETE with the version id, then GET and a listing.',
    mustComeBack: '204, then 404 NoSuchKey, then a listing without it.',
    advice:
      'A version that is deleted by its id must be gone at once: look for caches, and for empty entries left behind.',
    async run(context) {
      const key = `${context.prefix}Metadata/Lock/create.checkpoint/try`;
      const { versionId } = await context.put(key, 'lock');
      await context.deleteVersion(key, versionId);
      const answer = await context.call({ method: 'GET', key });
      if (answer.status !== 404 || answer.code !== 'NoSuchKey') {
        context.fail(
          `a read after the delete gave ${answer.status} ${answer.code ?? ''}; 404 NoSuchKey must come`,
        );
      }
      const left = await listed(context, key);
      if (left.length > 0)
        context.fail(`${left.length} entries of the key are still listed after its delete`);
    },
  },
];

async function listed(context: BenchContext, prefix: string) {
  return (await context.listVersions(prefix)).versions;
}
