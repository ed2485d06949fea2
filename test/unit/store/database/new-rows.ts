// Rows to put into a catalog, with what a test does not care about filled in.
import type { NewVersion } from '../../../../src/store/database/catalog.ts';
import type { BodyFile, Content, StoredContent, UploadRow } from '../../../../src/store/database/rows.ts';

/** A version with its body in the database, unless `content` says otherwise. */
export function newVersion(version: Pick<NewVersion, 'bucketId' | 'key'> & Partial<NewVersion>): NewVersion {
  const { size = 3 } = version;
  return {
    size,
    etag: '900150983cd24fb0d6963f7d28e17f72',
    modifiedMs: 2_000,
    headers: [],
    tags: [],
    lock: { retention: undefined, legalHold: false },
    checksum: undefined,
    parts: undefined,
    ...version,
    content: version.content ?? { kind: 'inline', data: Buffer.alloc(size, 'abc'), crc32: 7 },
  };
}

export function newUpload(upload: Pick<UploadRow, 'bucketId' | 'key' | 'uploadId'>): Omit<UploadRow, 'id'> {
  return {
    initiatedMs: 3_000,
    headers: [],
    tags: [],
    lock: { retention: undefined, legalHold: false },
    checksum: undefined,
    ...upload,
  };
}

/** A file as FILES would describe it: 4 bytes of checksum for each begun block of 128 KiB. */
export function bodyFile(id: number, size: number): BodyFile {
  return { id, size, blockChecksums: Buffer.alloc(4 * Math.ceil(size / (128 * 1024)), id) };
}

export function idsOf(rows: readonly { readonly id: number }[]): readonly number[] {
  return rows.map(({ id }) => id);
}

/** What a reader that goes from the first byte to the last would find: files without bytes are none of it. */
export function filesRead(content: StoredContent): Content {
  if (content.kind === 'inline') return content;
  const files: BodyFile[] = [];
  for (let at = 0; at < content.size; ) {
    const file = content.fileAt(at);
    if (file?.start !== at) throw new Error(`no file begins at ${at}`);
    files.push({ id: file.id, size: file.size, blockChecksums: file.blockChecksums });
    at += file.size;
  }
  return { kind: 'files', files };
}
