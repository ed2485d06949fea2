// One POST whose every ending is an outcome: no redirects, no kept connection, nothing of the answer but its status.
import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import type { ConnectionOptions } from 'node:tls';
import { whyAborted } from '../until-aborted.ts';

/** How to trust a server over HTTPS: the certificates of a private authority, as PEM. */
export type PostTls = Pick<ConnectionOptions, 'ca'>;

export interface JsonPost {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
  readonly tls?: PostTls | undefined;
}

export type PostOutcome =
  | { readonly kind: 'delivered' }
  /** `mayPass`: a later attempt may go better. `why` names neither the URL nor a header. */
  | { readonly kind: 'failed'; readonly why: string; readonly mayPass: boolean };

/** Never rejects. */
export function postJson({ url, headers, body, signal, tls }: JsonPost): Promise<PostOutcome> {
  return new Promise((resolve) => {
    const failed = (error: unknown): void => {
      const why = signal.aborted ? whyAborted(signal) : `no answer (${reasonOf(error)})`;
      resolve({ kind: 'failed', why, mayPass: true });
    };
    try {
      const send = url.protocol === 'https:' ? requestTls : requestPlain;
      const length = String(Buffer.byteLength(body));
      const all = { 'content-type': 'application/json', 'content-length': length, ...headers };
      const options = { method: 'POST', headers: all, agent: false, ...tls, signal } as const;
      const request = send(url, options, (response) => {
        resolve(outcomeOf(response.statusCode ?? 0));
        // What it has to say is not read: its end is not waited for.
        request.destroy();
      });
      request.on('error', failed);
      request.end(body);
    } catch (error) {
      failed(error);
    }
  });
}

/** RFC 9110, section 15: 408 and 429 are about this moment, as are all of 5xx. */
function outcomeOf(status: number): PostOutcome {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  const mayPass = status >= 500 || status === 408 || status === 429;
  const redirect = status >= 300 && status < 400 ? ', and redirects are not followed' : '';
  return { kind: 'failed', why: `it answered ${status}${redirect}`, mayPass };
}

function reasonOf(error: unknown): string {
  const { code, name } = error as { readonly code?: string; readonly name?: string };
  return code ?? name ?? 'unknown';
}
