// Everything that a refused request could have left behind: versions, uploads, parts, sums, and files on the disk.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  ListPartsCommand,
} from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import type { StoreFixture } from '../../support/embedded-store-fixture.ts';

/** Paths of regular files with their sizes, below a directory. */
export async function filesBelow(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const lines = await Promise.all(files.map(async (file) => `${file} ${(await stat(file)).size}`));
  return lines.sort();
}

/** What the store holds, as text to compare. Only for a store that is at rest and small. */
export async function stateOf({ store, direct }: StoreFixture): Promise<object> {
  const { Buckets } = await direct.send(new ListBucketsCommand({}));
  const buckets: Record<string, unknown> = {};
  for (const { Name: Bucket = '' } of Buckets ?? []) {
    const listed = await direct.send(new ListObjectVersionsCommand({ Bucket }));
    expect(listed.IsTruncated).toBe(false);
    const { Uploads } = await direct.send(new ListMultipartUploadsCommand({ Bucket }));
    const uploads = await Promise.all(
      (Uploads ?? []).map(async ({ Key, UploadId }) => {
        const { Parts } = await direct.send(new ListPartsCommand({ Bucket, Key, UploadId }));
        return { Key, UploadId, Parts };
      }),
    );
    buckets[Bucket] = {
      versions: listed.Versions,
      markers: listed.DeleteMarkers,
      uploads,
      bytes: String((await store.capacity(Bucket)).bucketBytes),
    };
  }
  return {
    buckets,
    objects: await filesBelow(join(store.dataDirectory, 'objects')),
    temporary: await filesBelow(join(store.dataDirectory, 'tmp')),
  };
}
