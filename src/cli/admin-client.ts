// Asks the admin listener of a gateway that runs. Whatever goes wrong is one sentence that names the address.

/** Longer than a gateway measures a bucket that nobody asked for yet, with the longest `timeout` that makes sense. */
const PATIENCE_MS = 60_000;

export interface AdminQuestion<Answer> {
  /** `http://HOST:PORT`, without a slash at the end. */
  readonly admin: string;
  /** With its query. */
  readonly path: string;
  /** Undefined for what is no answer to this question. */
  read(body: unknown): Answer | undefined;
}

/** Rejects with an Error whose message is for the user. */
export async function askAdmin<Answer>({ admin, path, read }: AdminQuestion<Answer>): Promise<Answer> {
  const answer = await request(admin, path);
  const body = await answer.json().catch(() => undefined);
  if (!answer.ok) throw new Error(refusalOf(admin, path, answer.status, body));
  const found = read(body);
  if (found === undefined) {
    throw new Error(
      `what answers at ${admin} is no admin listener of this version of sosapi-gateway: name the right one with --admin URL.`,
    );
  }
  return found;
}

async function request(admin: string, path: string): Promise<Response> {
  try {
    return await fetch(`${admin}${path}`, { redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (error) {
    throw new Error(
      `no gateway answers at ${admin} (${reasonOf(error)}): start it with "sosapi-gateway serve", or name its admin listener with --admin URL.`,
      { cause: error },
    );
  }
}

/** `fetch failed` says nothing; what is behind it does. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `nothing within ${PATIENCE_MS / 1000} seconds`;
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

function refusalOf(admin: string, path: string, status: number, body: unknown): string {
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
