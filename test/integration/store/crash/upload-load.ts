// What the load does with uploads in parts.
import { bodyOf } from '../../../support/bodies.ts';
import { elementOf } from '../../../support/raw-http.ts';
import { md5Of, multipartEtag, newVersion, type Part, type Upload } from './journal.ts';
import { pathOf } from './requests.ts';
import type { StoreClient } from './store-client.ts';
import type { WorkerKeys } from './worker-keys.ts';

const MIN_PART = 5 * 1024 * 1024;

function pickUpload(keys: WorkerKeys): Upload | undefined {
  const uploads = [...keys.journal.uploads.values()];
  return uploads.length === 0 ? undefined : keys.random.pick(uploads);
}

export async function beginUpload(keys: WorkerKeys, client: StoreClient): Promise<void> {
  if (keys.journal.uploads.size >= 4) return;
  const { bucket, key } = keys.key();
  const name = `${bucket}/${key}`;
  keys.journal.begun.add(name);
  const answer = await client.expect([200], {
    method: 'POST',
    target: `${pathOf({ bucket, key })}?uploads`,
    body: '',
  });
  const id = elementOf(answer, 'UploadId') ?? '';
  keys.journal.begun.delete(name);
  keys.journal.uploads.set(id, { id, bucket, key, parts: new Map(), ending: 'no' });
  keys.journal.acknowledged += 1;
}

/** Part 2 only behind a part 1 that may have one behind it. */
export async function putPart(keys: WorkerKeys, client: StoreClient): Promise<void> {
  const upload = pickUpload(keys);
  if (upload === undefined) return;
  const first = upload.parts.get(1)?.[0];
  const number = first !== undefined && first.piece.size >= MIN_PART ? keys.random.between(1, 2) : 1;
  const piece = keys.piece(
    number === 1 && keys.random.chance(0.15) ? MIN_PART + keys.random.between(0, 100_000) : keys.size(),
  );
  const body = bodyOf(piece.seed, piece.size);
  const part: Part = { piece, etag: md5Of(body) };
  const before = upload.parts.get(number)?.[0];
  upload.parts.set(number, [before, part]);
  await client.expect([200], {
    method: 'PUT',
    target: `${pathOf(upload)}?partNumber=${number}&uploadId=${upload.id}`,
    body,
    payload: 'UNSIGNED-PAYLOAD',
  });
  upload.parts.set(number, [part]);
  keys.journal.acknowledged += 1;
}

export async function completeUpload(keys: WorkerKeys, client: StoreClient): Promise<void> {
  const upload = pickUpload(keys);
  const first = upload?.parts.get(1)?.[0];
  if (upload === undefined || first === undefined) return;
  const second = first.piece.size >= MIN_PART ? upload.parts.get(2)?.[0] : undefined;
  const parts = second === undefined ? [first] : [first, second];
  const state = keys.journal.state(upload.bucket, upload.key);
  const version = newVersion(
    parts.map(({ piece }) => piece),
    multipartEtag(parts),
  );
  upload.ending = 'complete';
  const answer = await keys.change(state, keys.withVersion(state, version), () =>
    client.expect([200], {
      method: 'POST',
      target: `${pathOf(upload)}?uploadId=${upload.id}`,
      body: `<CompleteMultipartUpload>${parts
        .map(({ etag }, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>"${etag}"</ETag></Part>`)
        .join('')}</CompleteMultipartUpload>`,
    }),
  );
  version.id = keys.told(answer, state);
  keys.journal.uploads.delete(upload.id);
  await keys.trim(client, state);
}

export async function abortUpload(keys: WorkerKeys, client: StoreClient): Promise<void> {
  const upload = pickUpload(keys);
  if (upload === undefined) return;
  upload.ending = 'abort';
  await client.expect([204], { method: 'DELETE', target: `${pathOf(upload)}?uploadId=${upload.id}` });
  keys.journal.uploads.delete(upload.id);
  keys.journal.acknowledged += 1;
}
