// Reads what a Veeam server sends: JSON where it is fine, an error with its own words where it is not.
import type { Secret } from '../secret.ts';
import { oneLine, type RefusalFacts, VeeamAnswerError, VeeamRefusalError } from './transport/veeam-error.ts';
import type { TransportAnswer, TransportRequest } from './transport/veeam-transport.ts';

export interface Asked {
  readonly request: Pick<TransportRequest, 'method' | 'path'>;
  /** The roles that the document asks for. */
  readonly role?: string;
  /** What was sent and must not come back in a message. */
  readonly secrets?: readonly Secret[];
}

/** What a refusal says. VBR: `{errorCode, message}`; OAuth 2: `{error, error_description}`; ASP.NET: `{title, detail}`. */
export function refusalFacts(
  answer: TransportAnswer,
  { request, role, secrets = [] }: Asked,
): RefusalFacts & { readonly status: number } {
  const { code, said } = wordsOf(answer.body);
  const clean = (text: string) => oneLine(withoutSecrets(text, secrets));
  return {
    method: request.method,
    path: request.path,
    status: answer.status,
    ...(code === undefined ? {} : { code: clean(code) }),
    ...(said === undefined || said === '' ? {} : { said: clean(said) }),
    ...(role === undefined ? {} : { role }),
  };
}

/** `context` says what was being done, such as `at items 200 to 399`. */
export function refusal(answer: TransportAnswer, asked: Asked, context?: string): VeeamRefusalError {
  return new VeeamRefusalError(refusalFacts(answer, asked), context);
}

/** Throws a VeeamAnswerError for what is no JSON. */
export function jsonOf(
  answer: TransportAnswer,
  { request: { method, path } }: Asked,
  parse: (text: string) => unknown = JSON.parse,
): unknown {
  try {
    return parse(answer.body);
  } catch {
    const type = answer.headers['content-type'] ?? 'of no stated type';
    throw new VeeamAnswerError(
      `The answer to ${method} ${path} is no JSON but ${oneLine(type)}, ${answer.bytes.length} bytes: ` +
        'is this the port of the REST API?',
      { method, path, status: answer.status },
    );
  }
}

interface Words {
  readonly code?: string | undefined;
  readonly said?: string | undefined;
}

function wordsOf(body: string): Words {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    // A proxy's page says more with its status than with its HTML.
    return body.trimStart().startsWith('<') ? {} : { said: body };
  }
  if (typeof json !== 'object' || json === null) return { said: String(json) };
  const nested = 'error' in json && typeof json.error === 'object' && json.error !== null ? json.error : json;
  const fields = new Map(Object.entries(nested).map(([key, value]) => [key.toLowerCase(), value]));
  const text = (...names: readonly string[]) =>
    names.map((name) => fields.get(name)).find((value) => typeof value === 'string');
  return {
    code: text('errorcode', 'code', 'error'),
    said: text('message', 'error_description', 'detail', 'title'),
  };
}

/** A server may repeat what was sent to it, plain or as a form or JSON has it. */
function withoutSecrets(text: string, secrets: readonly Secret[]): string {
  return secrets.reduce((soFar, secret) => {
    const plain = secret.reveal();
    if (plain === '') return soFar;
    const asForm = new URLSearchParams([['', plain]]).toString().slice(1);
    const asJson = JSON.stringify(plain).slice(1, -1);
    return [plain, asForm, encodeURIComponent(plain), asJson].reduce(
      (clean, form) => clean.replaceAll(form, '[redacted]'),
      soFar,
    );
  }, text);
}
