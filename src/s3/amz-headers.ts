// `x-amz-*` headers that no client may send, signed or not: with the gateway's own signature around them, the store would
// read more into them than the client may ask for.
import type { HeaderList } from '../http1/header-list.ts';
import { S3Error } from './error.ts';
import { AMZ_META_PREFIX, AMZ_PREFIX, AMZ_REPLICATION_STATUS } from './headers.ts';

// CGI and WSGI turn "-" and "_" into the same letter, so a store built on them takes x-amz-copy_source for x-amz-copy-source.
const PLAIN_NAME = /^[a-z0-9-]+$/;

/** Throws NotImplemented and InvalidRequest, by the header's name. */
export function checkAmzHeaders(headers: HeaderList): void {
  for (const { name } of headers) {
    if (!name.startsWith(AMZ_PREFIX)) continue;
    if (name === AMZ_REPLICATION_STATUS) {
      throw new S3Error('NotImplemented', {
        message: `The header ${AMZ_REPLICATION_STATUS} is not implemented: replication into a store does not go through the gateway.`,
      });
    }
    if (!name.startsWith(AMZ_META_PREFIX) && !PLAIN_NAME.test(name)) {
      throw new S3Error('InvalidRequest', {
        message: `The header ${name.slice(0, 64)} has characters that no x-amz- header has.`,
      });
    }
  }
}
