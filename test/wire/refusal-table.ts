// Tables of requests over a raw socket, one row a request. A refused one must get its S3 error as XML, and the store must
// not hear of it; a served one must reach the store, so that a table of refusals cannot pass by refusing everything.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { S3ErrorCode } from '../../src/s3/error.ts';
import { elementOf, exchange, headerOf, type RawAnswer } from '../support/raw-http.ts';
import {
  presigned,
  type RawCredentials,
  requestBytes,
  type SigningInput,
  signed,
} from '../support/raw-sigv4.ts';
import {
  type ComposedGateway,
  CREDENTIALS,
  composedGateway,
  type GatewayInProcess,
} from './composed-gateway.ts';

/** A request that is right in everything that it leaves alone. */
export interface Ask extends Partial<SigningInput> {
  readonly target: string;
  /** The signature in the query. */
  readonly presigned?: boolean;
  /** The request's bytes as text, changed after it was signed. */
  readonly edit?: (request: string) => string;
}

/** Where requests go, and who signs them. */
export interface Origin {
  readonly host: string;
  readonly port: number;
  readonly credentials: RawCredentials;
}

type Make = Ask | ((origin: Origin) => Ask | string);
export type Answered = `${number} ${S3ErrorCode}`;
export type Refusal = readonly [name: string, answer: Answered, make: Make];
/** `seen` must be in what the store got. */
export type Service = readonly [name: string, make: Make, seen?: string];

/** The bytes of a request, one character a byte. */
export function textOf(make: Make, origin: Origin): string {
  const asked = typeof make === 'function' ? make(origin) : make;
  if (typeof asked === 'string') return asked;
  const { presigned: inQuery = false, edit = (text: string) => text, ...input } = asked;
  const whole = {
    method: 'GET',
    host: `${origin.host}:${origin.port}`,
    credentials: origin.credentials,
    ...input,
  };
  return edit(requestBytes(inQuery ? presigned(whole) : signed(whole)).toString('latin1'));
}

export async function answerTo(make: Make, origin: Origin): Promise<RawAnswer> {
  const text = textOf(make, origin);
  return await exchange(origin, text, text.slice(0, text.indexOf(' ')));
}

/** An answer to HEAD has no body, so there the status has to do. */
export function expectRefusal(answer: RawAnswer, expected: Answered, method = 'GET'): void {
  if (method === 'HEAD') {
    expect([`${answer.status}`, answer.body.length]).toEqual([expected.split(' ')[0], 0]);
    return;
  }
  expect(`${answer.status} ${elementOf(answer, 'Code')}`).toBe(expected);
  expect(headerOf(answer, 'content-type')).toBe('application/xml');
  expect(answer.body.toString()).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\s*<Error><Code>/);
  expect(elementOf(answer, 'RequestId')).toBe(headerOf(answer, 'x-amz-request-id'));
}

export function originOf(gateway: GatewayInProcess): Origin {
  return { host: '127.0.0.1', port: gateway.port, credentials: CREDENTIALS };
}

/** A gateway that gets refusals and nothing else: its store must never be called, also not after the answer. */
export function refused(title: string, rows: readonly Refusal[], as?: RawCredentials): void {
  describe(title, () => {
    const at = useComposed();
    const reached = () => [at().store.connections.length, at().store.bytes()];

    test.each(rows)('%s', async (_name, expected, make) => {
      const origin = { ...originOf(at()), ...(as === undefined ? {} : { credentials: as }) };
      expectRefusal(await answerTo(make, origin), expected, textOf(make, origin).split(' ')[0]);
      expect(reached()).toEqual([0, '']);
    });
    test('and nothing of it later', () => {
      expect(reached()).toEqual([0, '']);
    });
  });
}

export function served(title: string, rows: readonly Service[], as?: RawCredentials): void {
  describe(title, () => {
    const at = useComposed();

    test.each(rows.map(([name, make, seen = '']) => [name, make, seen] as const))(
      '%s',
      async (_name, make, seen) => {
        const before = at().store.bytes().length;
        const origin = { ...originOf(at()), ...(as === undefined ? {} : { credentials: as }) };
        expect((await answerTo(make, origin)).status).toBe(200);
        const sent = at().store.bytes().slice(before);
        expect(sent).not.toBe('');
        expect(sent).toContain(seen);
      },
    );
  });
}

function useComposed(): () => ComposedGateway {
  let gateway: ComposedGateway | undefined;
  beforeAll(async () => {
    gateway = await composedGateway();
  });
  afterAll(async () => {
    await gateway?.[Symbol.asyncDispose]();
  });
  return () => {
    if (gateway === undefined) throw new Error('the gateway is not there yet');
    return gateway;
  };
}

/** Adds a header line behind the others. */
export function withLine(line: string): (request: string) => string {
  return (request) => request.replace('\r\n\r\n', `\r\n${line}\r\n\r\n`);
}

/** Changes what the signature was made over. */
export function changed(what: string | RegExp, to: string): (request: string) => string {
  return (request) => {
    const edited = request.replace(what, to);
    if (edited === request) throw new Error(`${what} is not in the request`);
    return edited;
  };
}
