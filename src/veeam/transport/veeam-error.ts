// What goes wrong between this project and a Veeam server. Each message is one or two sentences for the user.

const SAID_CHARACTERS = 1000;

export interface RequestFacts {
  readonly method?: string | undefined;
  /** With its query. */
  readonly path?: string | undefined;
}

export interface RefusalFacts extends RequestFacts {
  readonly status?: number | undefined;
  /** `errorCode` of the answer. */
  readonly code?: string | undefined;
  /** Veeam's own words, on one line, without secrets. */
  readonly said?: string | undefined;
  /** The roles that the document asks for on this endpoint; told when the status is 403. */
  readonly role?: string | undefined;
}

/** Every error of the clients is one of these; the subclasses say what kind. */
export class VeeamError extends Error {
  override readonly name: string = 'VeeamError';
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly said: string | undefined;
  readonly role: string | undefined;

  constructor(message: string, facts: RefusalFacts = {}, options?: ErrorOptions) {
    super(message, options);
    this.method = facts.method;
    this.path = facts.path;
    this.status = facts.status;
    this.code = facts.code;
    this.said = facts.said;
    this.role = facts.role;
  }
}

/** The server answered with a status that is no success. */
export class VeeamRefusalError extends VeeamError {
  override readonly name: string = 'VeeamRefusalError';

  constructor(facts: RefusalFacts & { readonly status: number }, context?: string) {
    super(refusalMessage(facts, context), facts);
  }
}

/** The user name or the password is wrong: asking again may lock the account. */
export class VeeamLoginError extends VeeamRefusalError {
  override readonly name = 'VeeamLoginError';
}

/** The answer is not what the document says: `field` names the place, such as `data[3].capacityGB`. */
export class VeeamAnswerError extends VeeamError {
  override readonly name: string = 'VeeamAnswerError';
  readonly field: string | undefined;

  constructor(message: string, facts: RefusalFacts & { readonly field?: string } = {}) {
    super(message, facts);
    this.field = facts.field;
  }
}

/** No whole answer: nothing listens, the connection broke, the time was over, the body was too long, or aborted. */
export class VeeamConnectionError extends VeeamError {
  override readonly name: string = 'VeeamConnectionError';
  /** False when not a byte of the request left: then it is safe to send it again. */
  readonly sent: boolean;

  constructor(
    message: string,
    facts: RequestFacts & { readonly sent: boolean; readonly code?: string },
    options?: ErrorOptions,
  ) {
    super(message, facts, options);
    this.sent = facts.sent;
  }
}

/** The server is not the one that is trusted. Not a byte of the request was sent to it. */
export class VeeamCertificateError extends VeeamError {
  override readonly name: string = 'VeeamCertificateError';
  /** The pinned fingerprint; undefined where none is pinned. */
  readonly expected: string | undefined;
  /** SHA-256 of the certificate that the server showed, in pairs of hex digits with colons. */
  readonly found: string;

  constructor(message: string, facts: { readonly expected?: string; readonly found: string }) {
    super(message);
    this.expected = facts.expected;
    this.found = facts.found;
  }
}

/** What was asked for needs another revision of the API than the one that the server speaks. */
export class VeeamRevisionError extends VeeamError {
  override readonly name: string = 'VeeamRevisionError';
}

export type SessionTrouble = 'failed' | 'cancelled' | 'deadline' | 'aborted';

/** A session that did not come to a good end, or was not waited for any longer. */
export class VeeamSessionError extends VeeamError {
  override readonly name: string = 'VeeamSessionError';
  readonly trouble: SessionTrouble;
  readonly sessionId: string;

  constructor(
    message: string,
    facts: { readonly trouble: SessionTrouble; readonly sessionId: string; readonly said?: string },
    options?: ErrorOptions,
  ) {
    super(message, facts, options);
    this.trouble = facts.trouble;
    this.sessionId = facts.sessionId;
  }
}

/** A server's words for a message of one line: no control characters, not endless. */
export function oneLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim();
  return line.length > SAID_CHARACTERS ? `${line.slice(0, SAID_CHARACTERS)}…` : line;
}

function refusalMessage({ method, path, status, code, said, role }: RefusalFacts, context?: string): string {
  const where = `${method ?? 'The request'} ${path ?? ''}`.trim();
  const words = said === undefined ? '' : `: ${said.replace(/\.$/, '')}`;
  const needs = status === 403 && role !== undefined ? ` The document asks for the role: ${role}.` : '';
  const during = context === undefined ? '' : ` (${context})`;
  return `${where} was answered with status ${status}${code === undefined ? '' : ` ${code}`}${words}${during}.${needs}`;
}
