// What a client is told when a store broke off, timed out or spoke nonsense.
import { StoreTimeoutError } from '../http1/client-connection.ts';
import { HttpError } from '../http1/http-error.ts';
import { S3Error } from '../s3/error.ts';

export function storeFailure(backend: string, error: Error): S3Error {
  const reason = `backend ${backend}: ${error.message}`;
  if (error instanceof StoreTimeoutError) return new S3Error('GatewayTimeout', { reason, cause: error });
  if (error instanceof HttpError) return new S3Error('BadGateway', { reason, cause: error });
  return new S3Error('ServiceUnavailable', { reason, cause: error });
}
