// Body files together with the real catalog: versions in, versions out.
import { type OpenDatabase, openDatabase } from '../../../../src/store/database/open-database.ts';
import type { Content, StoredContent, VersionRow } from '../../../../src/store/database/rows.ts';
import { type Files, md5Of, openFiles, upload } from './files-fixture.ts';

export const BUCKET = 'bucket';

export interface StoreFiles extends AsyncDisposable {
  readonly files: Files;
  readonly database: OpenDatabase;
  /** How often files were said to be given up. */
  readonly givenUp: { count: number };
  /** What is called when files are given up. */
  onGivenUp: () => void;
  /** Stores bytes under a key, versioned. */
  put(key: string, bytes: Uint8Array, inline?: boolean): Promise<VersionRow>;
  /** Makes a version out of content that is there already. */
  commit(key: string, size: number, etag: string, content: Content): Promise<VersionRow>;
  remove(version: VersionRow): Promise<void>;
  contentOf(version: VersionRow): StoredContent;
  /** Also done at the end. */
  closeDatabase(): Promise<void>;
}

/** `path`: a directory with a store in it, or one to put it in. */
export async function openStoreFiles(
  options: { readonly path?: string; readonly highestId?: number } = {},
): Promise<StoreFiles> {
  const files = await openFiles(options);
  const givenUp = { count: 0 };
  const database = await openDatabase({
    file: files.directory.databaseFile,
    storeId: files.directory.storeId,
    onGivenUp: () => {
      givenUp.count++;
      store.onGivenUp();
    },
    onLog: () => {},
  });
  const { catalog } = database;
  if (catalog.buckets.find(BUCKET) === undefined) {
    await catalog.write(({ buckets }) =>
      buckets.insert({ name: BUCKET, createdMs: 0, versioning: 'enabled', objectLock: false }),
    );
  }
  let closed: Promise<void> | undefined;
  const store: StoreFiles = {
    files,
    database,
    givenUp,
    onGivenUp() {},
    async put(key, bytes, inline = false) {
      const outcome = await upload(files.bodies, bytes, undefined, { inline });
      if ('error' in outcome) throw outcome.error;
      return await store.commit(key, bytes.length, md5Of(bytes), outcome.body.content);
    },
    commit(key, size, etag, content) {
      return catalog.write(({ buckets, versions }) => {
        const bucketId = buckets.find(BUCKET)?.id ?? 0;
        const lock = { retention: undefined, legalHold: false };
        const facts = { size, etag, headers: [], tags: [], lock, checksum: undefined, parts: undefined };
        return versions.insert({ bucketId, key, modifiedMs: 0, content, ...facts }, false);
      });
    },
    async remove(version) {
      await catalog.write(({ versions }) => versions.remove(version));
    },
    contentOf: (version) => catalog.versions.content(version.id),
    async closeDatabase() {
      closed ??= database.close();
      await closed;
    },
    async [Symbol.asyncDispose]() {
      await store.closeDatabase();
      await files[Symbol.asyncDispose]();
    },
  };
  return store;
}
