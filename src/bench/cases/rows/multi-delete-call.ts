// DeleteObjects: the XML for a list of keys, and what the answer says of each.
import { createHash } from 'node:crypto';
import type { BenchContext, S3Answer } from '../../bench-context.ts';
import { said, textAt } from './answer-text.ts';

export interface ObjectToDelete {
  readonly key: string;
  readonly versionId?: string;
}

export interface MultiDeleteAnswer {
  readonly answer: S3Answer;
  readonly deleted: readonly {
    readonly key: string;
    readonly isMarker: boolean;
    readonly markerVersionId: string | undefined;
  }[];
  readonly errors: readonly { readonly key: string; readonly code: string }[];
}

/** The headers that prove the body, given the body. */
export type BodyProof = (body: string) => Readonly<Record<string, string>>;

/** What S3 asked for from the beginning, and what all stores take. */
export const contentMd5: BodyProof = (body) => ({
  'content-md5': createHash('md5').update(body).digest('base64'),
});

/** Keys with only the five characters escaped that XML wants escaped; everything else as it is. */
export function multiDeleteXml(objects: readonly ObjectToDelete[]): string {
  const entries = objects.map(({ key, versionId }) => {
    const version = versionId === undefined ? '' : `<VersionId>${escapeXml(versionId)}</VersionId>`;
    return `<Object><Key>${escapeXml(key)}</Key>${version}</Object>`;
  });
  return `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${entries.join('')}</Delete>`;
}

/** Fails the case where the call itself is refused; what it says of single keys is the caller's to judge. */
export async function multiDelete(
  context: BenchContext,
  objects: readonly ObjectToDelete[],
  proof: BodyProof,
): Promise<MultiDeleteAnswer> {
  const body = multiDeleteXml(objects);
  const answer = await context.call({
    method: 'POST',
    query: [['delete']],
    headers: { 'content-type': 'application/xml', ...proof(body) },
    body,
    // The proof is what is tested: no other may be added.
    variant: { payload: 'sha256' },
  });
  if (answer.status !== 200) {
    context.fail(`DeleteObjects with ${objects.length} keys was answered ${said(answer)}.`);
  }
  const document = context.xml(answer);
  return {
    answer,
    deleted: context.list(document, 'DeleteResult', 'Deleted').map((entry) => ({
      key: textAt(context, entry, 'Key') ?? '',
      isMarker: textAt(context, entry, 'DeleteMarker') === 'true',
      markerVersionId: textAt(context, entry, 'DeleteMarkerVersionId'),
    })),
    errors: context.list(document, 'DeleteResult', 'Error').map((entry) => ({
      key: textAt(context, entry, 'Key') ?? '',
      code: textAt(context, entry, 'Code') ?? '',
    })),
  };
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}
