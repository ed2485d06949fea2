import { describe, expect, it } from 'vitest';
import type { DefaultRetention } from '../../../../src/store/database/rows.ts';
import { differencesIn, makeBucket, NO_SYNC, testCatalog } from './catalog-fixture.ts';
import { bodyFile, newUpload, newVersion } from './new-rows.ts';

describe('buckets', () => {
  it('are found by name and listed by name', async () => {
    const database = await testCatalog(NO_SYNC);
    const { catalog } = database;
    for (const name of ['veeam', 'archive', 'Veeam']) await makeBucket(database, name);
    expect(catalog.buckets.all().map(({ name }) => name)).toEqual(['Veeam', 'archive', 'veeam']);
    expect(catalog.buckets.find('archive')).toEqual({
      id: 2,
      name: 'archive',
      createdMs: 1_000,
      versioning: 'enabled',
      objectLock: false,
      defaultRetention: undefined,
    });
    expect(catalog.buckets.find('nothing')).toBeUndefined();
  });

  it.each<DefaultRetention | undefined>([
    { mode: 'COMPLIANCE', period: { days: 30 } },
    { mode: 'GOVERNANCE', period: { years: 7 } },
    undefined,
  ])('keep versioning, object lock and default retention: %j', async (defaultRetention) => {
    const database = await testCatalog(NO_SYNC);
    const { id } = await makeBucket(database);
    await database.catalog.write(({ buckets }) => {
      buckets.setVersioning(id, 'suspended');
      buckets.setObjectLock(id, { mode: 'COMPLIANCE', period: { days: 1 } });
      buckets.setObjectLock(id, defaultRetention);
    });
    expect(database.catalog.buckets.find('backups')).toMatchObject({
      versioning: 'suspended',
      objectLock: true,
      defaultRetention,
    });
  });

  it('of one name exist once, and the second one hurts nobody else', async () => {
    const database = await testCatalog(NO_SYNC);
    await makeBucket(database);
    const [second, other] = await Promise.allSettled([makeBucket(database), makeBucket(database, 'other')]);
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'InternalError' } });
    expect(other.status).toBe('fulfilled');
  });

  it('are removed only when empty: no version, no marker, no unfinished upload', async () => {
    const database = await testCatalog(NO_SYNC);
    const { catalog } = database;
    const { id: bucketId } = await makeBucket(database);
    const remove = () => catalog.write(({ buckets }) => buckets.remove(bucketId));
    const notEmpty = expect.objectContaining({ code: 'BucketNotEmpty' });

    const marker = await catalog.write(({ versions }) => versions.insertMarker(bucketId, 'a', 1, false));
    expect(catalog.buckets.isEmpty(bucketId)).toBe(false);
    await expect(remove()).rejects.toEqual(notEmpty);
    await catalog.write(({ versions }) => versions.remove(marker));

    const upload = await catalog.write(({ uploads }) =>
      uploads.insert(newUpload({ bucketId, key: 'a', uploadId: 'u1' })),
    );
    expect(catalog.buckets.isEmpty(bucketId)).toBe(false);
    await expect(remove()).rejects.toEqual(notEmpty);
    await catalog.write(({ uploads }) => uploads.remove(upload.id));

    expect(catalog.buckets.isEmpty(bucketId)).toBe(true);
    await remove();
    expect(catalog.buckets.all()).toEqual([]);
    expect((await makeBucket(database)).id).toBeGreaterThan(bucketId);
  });

  it('say what they hold beyond 2^53 bytes', async () => {
    const database = await testCatalog(NO_SYNC);
    const { catalog, file } = database;
    const { id: bucketId } = await makeBucket(database);
    const size = Number.MAX_SAFE_INTEGER;
    const rows = await catalog.write(({ versions }) =>
      [1, 2, 3].map((id) =>
        versions.insert(
          newVersion({
            bucketId,
            key: `big-${id}`,
            size,
            content: { kind: 'files', files: [{ ...bodyFile(id, 0), size }] },
          }),
          false,
        ),
      ),
    );
    expect(catalog.buckets.usage(bucketId)).toEqual({ usedBytes: 3n * BigInt(size), versions: 3 });
    // The files are a pretence, so their checksums are too short; the sums are what counts here.
    expect(differencesIn(file).filter((difference) => difference.startsWith('bucket'))).toEqual([]);
    await catalog.write(({ versions }) => {
      for (const row of rows.slice(1)) versions.remove(row);
    });
    expect(catalog.buckets.usage(bucketId)).toEqual({ usedBytes: BigInt(size), versions: 1 });
  });

  it('that are not there are an error, not a change of nothing', async () => {
    const { catalog } = await testCatalog(NO_SYNC);
    expect(() => catalog.buckets.usage(9)).toThrow('no bucket with the row id 9');
    await expect(catalog.write(({ buckets }) => buckets.setVersioning(9, 'enabled'))).rejects.toThrow(
      'row id 9',
    );
    await expect(
      catalog.write(({ versions }) => versions.insertMarker(9, 'a', 1, false)),
    ).rejects.toMatchObject({ code: 'InternalError' });
  });

  it('are not changed outside of a transaction', async () => {
    const { catalog } = await testCatalog(NO_SYNC);
    let kept: Parameters<Parameters<typeof catalog.write>[0]>[0] | undefined;
    await catalog.write((transaction) => {
      kept = transaction;
    });
    expect(() => kept?.buckets.remove(1)).toThrow('outside of a transaction');
    expect(() => kept?.versions.insertMarker(1, 'a', 1, false)).toThrow('outside of a transaction');
    expect(() => kept?.uploads.remove(1)).toThrow('outside of a transaction');
    expect(() => kept?.files.forget([1])).toThrow('outside of a transaction');
  });
});
