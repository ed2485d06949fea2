// How a body reaches its store: as it comes, or proven by the gateway on the way.
import type { AuthorizedRequest } from '../access/authorized-request.ts';
import type { Backend, BodyForm } from '../backend/backend.ts';
import type { BodySink } from '../http1/body-sink.ts';
import type { Exchange } from '../http1/exchange.ts';
import { announcesBody } from '../http1/head.ts';
import type { AwsChunked } from '../s3/aws-chunked.ts';
import { S3Error } from '../s3/error.ts';
import { PayloadCheck } from './payload-check.ts';

export type Payload =
  /** Byte for byte, as the client frames it. */
  | { readonly kind: 'relayed'; readonly form: 'as-sent' }
  /** It was read and looked at. */
  | { readonly kind: 'in-memory'; readonly form: BodyForm; readonly body: Buffer }
  /** Compared with its head on the way. Each attempt to send it needs a check of its own. */
  | { readonly kind: 'checked'; readonly form: BodyForm; check(): Promise<PayloadCheck> };

const RELAYED: Payload = { kind: 'relayed', form: 'as-sent' };

/**
 * Decides it from the head; at once where the body is relayed or there is none. An empty body is proven here, since the head of its
 * upload is all that a store needs to make the object.
 */
export function payloadOf(
  exchange: Exchange,
  authorized: AuthorizedRequest,
  backend: Backend,
): Promise<Payload> | Payload {
  const form = checkedFormOf(authorized, backend);
  if (form === undefined) return RELAYED;
  return checkedPayload(form, exchange, authorized);
}

async function checkedPayload(
  decided: Promise<BodyForm | undefined> | BodyForm,
  exchange: Exchange,
  authorized: AuthorizedRequest,
): Promise<Payload> {
  const form = await decided;
  if (form === undefined) return RELAYED;
  const check = (): Promise<PayloadCheck> => PayloadCheck.begin(authorized);
  if (!isEmptyOnTheLine(authorized, form)) return { kind: 'checked', form, check };
  const empty = await check();
  exchange.allowBody();
  await proven(exchange, empty);
  return { kind: 'in-memory', form, body: Buffer.alloc(0) };
}

function isEmptyOnTheLine({ request }: AuthorizedRequest, form: BodyForm): boolean {
  const { awsChunked, head } = request.request;
  return form === 'decoded' ? awsChunked?.decodedLength === 0 : !announcesBody(head.framing);
}

/** How a body goes on that is looked at on the way; undefined where it is not. */
function checkedFormOf(
  { request }: AuthorizedRequest,
  backend: Backend,
): Promise<BodyForm | undefined> | BodyForm | undefined {
  const { awsChunked, head } = request.request;
  if (awsChunked !== undefined) return chunkedFormOf(awsChunked, request.request.bucket, backend);
  // Also where no body comes although its hash is that of one: RGW 16.2 makes an empty object then (seen 2026-11).
  const mayHaveBody = head.method === 'PUT' || head.method === 'POST';
  return backend.verifyPayload === 'gateway' && mayHaveBody ? 'as-sent' : undefined;
}

async function chunkedFormOf(
  { trailer, mode }: AwsChunked,
  bucket: string,
  backend: Backend,
): Promise<BodyForm | undefined> {
  // Without a checksum the store has nothing to gain from chunks.
  if (trailer === undefined || !(await backend.takesAwsChunked(bucket))) return 'decoded';
  if (mode === 'unsigned-trailer') return backend.verifyPayload === 'gateway' ? 'as-sent' : undefined;
  return 'reframed';
}

/** Reads a body that holds no data to its end. Rejects with S3Error. */
function proven(exchange: Exchange, check: PayloadCheck): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: unknown): void => {
      exchange.abandonBody();
      reject(error);
    };
    const sink: BodySink = {
      write(slice) {
        try {
          check.write(slice, () => {});
        } catch (error) {
          refuse(error);
        }
      },
      idle: true,
      whenIdle: (callback) => callback(),
      end() {
        try {
          check.end();
          resolve();
        } catch (error) {
          reject(error);
        }
      },
      abort: (error) => reject(new S3Error('IncompleteBody', { reason: error.message, cause: error })),
    };
    exchange.onGone(() => sink.abort(new Error('the client went away')));
    exchange.readBody(sink);
  });
}
