// What a store says in the body of its answer that it did. Read leniently: it is only counted with.
import type { DeleteDocument } from './delete-objects.ts';
import { parseStoreXml } from './store-xml.ts';

/** A version that is gone; without an id, or with `null`, what stood at the key without one. */
export interface DeletedVersion {
  readonly key: string;
  readonly versionId?: string;
}

/** Whether a document that follows a status of 200 is not an `<Error>` all the same. */
export function isSuccessDocument(document: Buffer): boolean {
  const parsed = parseStoreXml(document);
  const names = typeof parsed === 'object' && parsed !== null ? Object.keys(parsed) : [];
  return names.some((name) => name.endsWith('Result'));
}

/** The parts that the body of CompleteMultipartUpload names; undefined where it names none that can be read. */
export function partNumbers(document: Buffer): readonly number[] | undefined {
  const { CompleteMultipartUpload: upload } = parseStoreXml(document, ['CompleteMultipartUpload.Part']) as {
    readonly CompleteMultipartUpload?: { readonly Part?: readonly { readonly PartNumber?: string }[] };
  };
  const numbers = (upload?.Part ?? []).map(({ PartNumber }) => Number(PartNumber));
  return numbers.length > 0 && numbers.every(Number.isSafeInteger) ? numbers : undefined;
}

/**
 * The versions that an answer to DeleteObjects says are gone; markers that were made or removed are none. A quiet answer
 * names failures only: then `asked` gives what the call was for.
 */
export function deletedByAnswer(
  answer: Buffer,
  asked: (() => DeleteDocument) | undefined,
): readonly DeletedVersion[] {
  const { DeleteResult: result } = parseStoreXml(answer, ['DeleteResult.Deleted', 'DeleteResult.Error']) as {
    readonly DeleteResult?: { readonly Deleted?: readonly Entry[]; readonly Error?: readonly Entry[] } | '';
  };
  if (result === undefined) return [];
  const { Deleted = [], Error: failed = [] } = result === '' ? {} : result;
  if (Deleted.length > 0) return Deleted.flatMap(goneVersion);
  const document = asked?.();
  if (!document?.quiet) return [];
  const failures = new Set(failed.map(({ Key, VersionId }) => placeOf(Key ?? '', VersionId)));
  return document.objects
    .filter(({ key, versionId }) => !failures.has(placeOf(key, versionId)))
    .map(({ key, versionId }) => ({ key, ...(versionId === undefined ? {} : { versionId }) }));
}

interface Entry {
  readonly Key?: string;
  readonly VersionId?: string;
  readonly DeleteMarker?: string;
  readonly DeleteMarkerVersionId?: string;
}

function goneVersion({ Key, VersionId, DeleteMarker, DeleteMarkerVersionId }: Entry): DeletedVersion[] {
  if (Key === undefined) return [];
  const isAsked = VersionId !== undefined && VersionId !== '';
  if (DeleteMarker === 'true') {
    // A marker without an id of its own stands in place of what was there.
    return !isAsked && DeleteMarkerVersionId === 'null' ? [{ key: Key, versionId: 'null' }] : [];
  }
  return [{ key: Key, ...(isAsked ? { versionId: VersionId } : {}) }];
}

/** No version id holds a line break. */
function placeOf(key: string, versionId: string | undefined): string {
  return `${versionId ?? ''}\n${key}`;
}
