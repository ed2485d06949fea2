// Asks the admin listener of a gateway that runs. Whatever goes wrong is one sentence that names the address.
import type { Secret } from '../secret.ts';
import { TOKEN_VARIABLE } from './admin-token.ts';

/** Longer than a gateway measures a bucket that nobody asked for yet, with the longest `timeout` that makes sense. */
const PATIENCE_MS = 60_000;

export interface AdminQuestion<Answer> {
  /** `http://HOST:PORT`, without a slash at the end. */
  readonly admin: string;
  /** With its query. */
  readonly path: string;
  /** GET where it is not said. */
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** Sent as JSON. */
  readonly body?: object | undefined;
  /** How long an answer may take; a minute where it is not said. */
  readonly patienceMs?: number;
  /** Undefined where the gateway asks for none. */
  readonly token?: Secret | undefined;
  /** Undefined for what is no answer to this question. */
  read(body: unknown): Answer | undefined;
}

/** The gateway answered, with this status. */
export class AdminRefusalError extends Error {
  override readonly name = 'AdminRefusalError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Where a gateway is asked, and who asks. */
export type AskedGateway = Pick<AdminQuestion<unknown>, 'admin' | 'token'>;

/** Rejects with an Error whose message is for the user. */
export async function askAdmin<Answer>(question: AdminQuestion<Answer>): Promise<Answer> {
  const { admin, read } = question;
  const answer = await request(question);
  const body = await answer.json().catch(() => undefined);
  if (!answer.ok) throw new AdminRefusalError(answer.status, refusalOf(question, answer.status, body));
  const found = read(body);
  if (found === undefined) {
    throw new Error(
      `what answers at ${admin} is no admin listener of this version of sosapi-gateway: name the right one with --admin URL.`,
    );
  }
  return found;
}

async function request(question: AdminQuestion<unknown>): Promise<Response> {
  const { admin, path, method = 'GET', body, token, patienceMs = PATIENCE_MS } = question;
  try {
    return await fetch(`${admin}${path}`, {
      method,
      redirect: 'error',
      signal: AbortSignal.timeout(patienceMs),
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    throw new Error(
      `no gateway answers at ${admin} (${reasonOf(error, patienceMs)}): start it with "sosapi-gateway serve", or name its admin listener with --admin URL.`,
      { cause: error },
    );
  }
}

/** `fetch failed` says nothing; what is behind it does. */
function reasonOf(error: unknown, patienceMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `nothing within ${patienceMs / 1000} seconds`;
  const cause = error.cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  switch (code) {
    case 'ECONNREFUSED':
      return 'nothing listens there';
    case 'ENOTFOUND':
      return 'there is no such host';
    default:
      return cause instanceof Error ? cause.message || (code ?? error.message) : error.message;
  }
}

function refusalOf({ admin, path, token }: AdminQuestion<unknown>, status: number, body: unknown): string {
  if (status === 401) {
    return token === undefined
      ? `the gateway at ${admin} wants a token: name a file that holds it with --token-file FILE, or set ${TOKEN_VARIABLE}.`
      : `the gateway at ${admin} does not know this token: make one with "sosapi-gateway token" and put its hash under admin.tokens of the config.`;
  }
  const said =
    typeof body === 'object' && body !== null && 'error' in body ? oneLine(String(body.error)) : undefined;
  const [page = ''] = path.split('?', 1);
  return `the gateway at ${admin} answers ${page} with status ${status}${said === undefined ? '' : `: ${said}`}.`;
}

/** A store's words may be in it: no line breaks, nothing that a terminal obeys. */
export function oneLine(text: string): string {
  return text
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .replace(/\.$/, '');
}
