// Stage "screen": some calls name keys or buckets in the body, so the body is read, checked, and sent on as it came.
import { createHash } from 'node:crypto';
import type { AuthorizedRequest } from '../access/authorized-request.ts';
import { collectRequestBody } from '../http1/collect.ts';
import type { Exchange } from '../http1/exchange.ts';
import { parseDeleteObjects } from '../s3/delete-objects.ts';
import { S3Error } from '../s3/error.ts';
import { checkKey } from '../s3/names.ts';
import type { Operation } from '../s3/operation.ts';
import { checkRestoresInPlace } from '../s3/restore-request.ts';
import { isSha256Hex } from '../sigv4/payload-hash.ts';
import { reservedKey } from '../sosapi/keys.ts';

/** What is looked for in which body. Each throws S3Error. */
const SCREENS: Readonly<Record<string, (body: Buffer) => void>> = {
  DeleteObjects: checkDeletedKeys,
  RestoreObject: checkRestoresInPlace,
};

/** Whether the body of that operation must be read before a store may see the call. */
export function needsScreen(operation: Operation): boolean {
  return Object.hasOwn(SCREENS, operation.name);
}

/** Reads and checks the body. Throws S3Error; nothing has been sent to a store by then. */
export async function screenBody(
  exchange: Exchange,
  authorized: AuthorizedRequest,
  maxBytes: number,
): Promise<Buffer> {
  const { framing } = exchange.head;
  if (framing.kind === 'length' && framing.length > maxBytes) throw tooLarge(maxBytes);
  exchange.allowBody();
  const collected = await collectRequestBody(exchange, maxBytes);
  switch (collected.kind) {
    case 'too-large':
      throw tooLarge(maxBytes);
    case 'broken':
      throw new S3Error('IncompleteBody', { reason: collected.error.message, cause: collected.error });
    case 'whole':
      break;
  }
  const { body } = collected;
  const { payloadHash } = authorized.request;
  // We act on this content, so it must be what was signed, whatever the store would say of it.
  if (isSha256Hex(payloadHash) && createHash('sha256').update(body).digest('hex') !== payloadHash) {
    throw new S3Error('XAmzContentSHA256Mismatch');
  }
  SCREENS[authorized.request.request.operation.name]?.(body);
  return body;
}

function checkDeletedKeys(body: Buffer): void {
  for (const key of parseDeleteObjects(body)) {
    checkKey(key);
    if (reservedKey(key) !== undefined) {
      throw new S3Error('AccessDenied', {
        message: 'Keys under the SOSAPI prefix are answered by the gateway and cannot be deleted.',
        reason: 'reserved key in DeleteObjects',
      });
    }
  }
}

function tooLarge(maxBytes: number): S3Error {
  return new S3Error('EntityTooLarge', {
    message: `The body of this call must not be larger than ${maxBytes} bytes.`,
    details: { MaxSizeAllowed: String(maxBytes) },
  });
}
