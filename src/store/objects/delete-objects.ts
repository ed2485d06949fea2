// DeleteObjects: up to 1000 deletions in one transaction, each judged on its own.
import { type DeletedObject, parseDeleteDocument } from '../../s3/delete-objects.ts';
import { S3Error } from '../../s3/error.ts';
import { AMZ_BYPASS_GOVERNANCE } from '../../s3/headers.ts';
import { checkKey } from '../../s3/names.ts';
import { xmlElement } from '../../s3/xml-text.ts';
import { requireBucket } from '../buckets/require-bucket.ts';
import { checkWriteHeaders } from '../buckets/write-headers.ts';
import type { Transaction } from '../database/catalog.ts';
import type { BucketRow } from '../database/rows.ts';
import { bypassesGovernance } from '../locks/bypass.ts';
import type { Answer, Call, StoreParts } from '../server/call.ts';
import { LARGE_DOCUMENT_BYTES, readDocument } from '../server/read-document.ts';
import { type Deleted, deleteVersion } from './delete-version.ts';
import { documentAnswer } from './document.ts';
import { checkVersionId, findVersion } from './find-version.ts';
import { matches } from './write-conditions.ts';

type Outcome =
  | { readonly object: DeletedObject; readonly deleted: Deleted }
  | { readonly object: DeletedObject; readonly error: S3Error };

export async function deleteObjects(call: Call, store: StoreParts): Promise<Answer> {
  const { request } = call;
  checkWriteHeaders(request, [AMZ_BYPASS_GOVERNANCE]);
  requireBucket(store.catalog.buckets, request);
  const { quiet, objects } = parseDeleteDocument(await readDocument(call, LARGE_DOCUMENT_BYTES));
  const bypass = bypassesGovernance(call);
  const outcomes = await store.catalog.write((transaction) => {
    const bucket = requireBucket(transaction.buckets, request);
    return objects.map((object) => outcomeOf(transaction, store, bucket, object, bypass));
  });
  const elements = outcomes.map((outcome) => {
    if ('error' in outcome) return errorElement(outcome.object, outcome.error);
    return quiet ? '' : deletedElement(outcome.object, outcome.deleted);
  });
  return documentAnswer('DeleteResult', elements.join(''), []);
}

/** What is thrown here is thrown before the deletion's change, so the others need not be undone. */
function outcomeOf(
  transaction: Transaction,
  store: StoreParts,
  bucket: BucketRow,
  object: DeletedObject,
  bypass: boolean,
): Outcome {
  const { key, versionId, etag } = object;
  try {
    checkKey(key);
    if (versionId !== undefined) checkVersionId(versionId);
    if (object.otherConditions) {
      throw new S3Error('NotImplemented', {
        message: 'Deleting by LastModifiedTime or Size is not implemented.',
      });
    }
    if (etag !== undefined) {
      const row = findVersion(transaction.versions, bucket, key, versionId);
      if (row.isMarker) throw new S3Error('NoSuchKey');
      if (!matches([etag], row)) throw new S3Error('PreconditionFailed');
    }
    return { object, deleted: deleteVersion(transaction, store, bucket, { key, versionId, bypass }) };
  } catch (error) {
    if (error instanceof S3Error && (error.status < 500 || error.status === 501)) return { object, error };
    throw error;
  }
}

function deletedElement({ key, versionId }: DeletedObject, deleted: Deleted): string {
  const version = versionId === undefined ? '' : xmlElement('VersionId', versionId);
  const marker = deleted.isMarker
    ? `<DeleteMarker>true</DeleteMarker>${xmlElement('DeleteMarkerVersionId', deleted.versionId ?? '')}`
    : '';
  return `<Deleted>${xmlElement('Key', key)}${version}${marker}</Deleted>`;
}

function errorElement({ key, versionId }: DeletedObject, error: S3Error): string {
  const version = versionId === undefined ? '' : xmlElement('VersionId', versionId);
  return `<Error>${xmlElement('Key', key)}${version}${xmlElement('Code', error.code)}${xmlElement('Message', error.message)}</Error>`;
}
