// Bodies that turn out wrong after the request was found right: the client gets an S3 error, and what the store has begun to
// take is cut off before its last byte (CVE-2024-22019: chunk extensions; CVE-2022-32213 and its kin).
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { headerOf } from '../support/raw-http.ts';
import { type GatewayInProcess, gatewayOver } from './composed-gateway.ts';
import { type PatientStore, patientStore } from './patient-store.ts';
import { type Ask, changed, expectRefusal, originOf, textOf } from './refusal-table.ts';

interface Parts {
  readonly store: PatientStore;
  readonly gateway: GatewayInProcess;
}

/** Of one group of tests: an upload that is cut off may reach the store after its answer, and must not count for others. */
function useParts(): () => Parts {
  let parts: Parts | undefined;
  beforeAll(async () => {
    const store = await patientStore();
    parts = { store, gateway: await gatewayOver(store.port) };
  });
  afterAll(async () => {
    await parts?.gateway[Symbol.asyncDispose]();
    await parts?.store[Symbol.asyncDispose]();
  });
  return () => {
    if (parts === undefined) throw new Error('the gateway is not there yet');
    return parts;
  };
}

const CHUNKED: Ask = {
  method: 'PUT',
  target: '/bucket/key',
  payload: 'UNSIGNED-PAYLOAD',
  headers: { 'transfer-encoding': 'chunked' },
};
const BEHIND: Ask = { method: 'DELETE', target: '/bucket/behind' };
const FIRST = '5\r\nhello\r\n';

const BROKEN: readonly (readonly [name: string, body: string])[] = [
  ['a chunk extension', '5;a=b\r\nhello\r\n0\r\n\r\n'],
  ['a chunk extension without a value', '5;a\r\nhello\r\n0\r\n\r\n'],
  ['a chunk extension of a megabyte (CVE-2024-22019)', `5;${'a'.repeat(1024 * 1024)}\r\nhello\r\n0\r\n\r\n`],
  ['a chunk extension at the last chunk', `${FIRST}0;a=b\r\n\r\n`],
  ['a chunk extension with a line feed', '5;a\nhello\r\n0\r\n\r\n'],
  ['a size of a hundred digits', `${'0'.repeat(99)}5\r\nhello\r\n0\r\n\r\n`],
  ['a size beyond 2^53', 'fffffffffffffff\r\nhello\r\n0\r\n\r\n'],
  ['a size with 0x', '0x5\r\nhello\r\n0\r\n\r\n'],
  ['a size with a plus', '+5\r\nhello\r\n0\r\n\r\n'],
  ['a negative size', '-5\r\nhello\r\n0\r\n\r\n'],
  ['a size with a blank before it', ' 5\r\nhello\r\n0\r\n\r\n'],
  ['a size with a blank behind it', '5 \r\nhello\r\n0\r\n\r\n'],
  ['a size with an underscore', '0_5\r\nhello\r\n0\r\n\r\n'],
  ['an empty size', '\r\nhello\r\n0\r\n\r\n'],
  ['a size that is none', 'g\r\nhello\r\n0\r\n\r\n'],
  ['a size line that ends in a line feed', '5\nhello\r\n0\r\n\r\n'],
  ['a size line with two carriage returns', '5\r\r\nhello\r\n0\r\n\r\n'],
  ['a chunk longer than its size', '4\r\nhello\r\n0\r\n\r\n'],
  ['a chunk that ends in a line feed', '5\r\nhello\n0\r\n\r\n'],
  ['a chunk without an end', '5\r\nhello0\r\n\r\n'],
  ['a trailer', `${FIRST}0\r\nX-A: b\r\n\r\n`],
  ['a trailer that is a framing', `${FIRST}0\r\nContent-Length: 5\r\n\r\n`],
  ['a trailer that is a right', `${FIRST}0\r\nx-amz-copy-source: /other/key\r\n\r\n`],
  ['a last line that ends in a line feed', `${FIRST}0\r\n\n`],
  ['a NUL in a size', '5\0\r\nhello\r\n0\r\n\r\n'],
];

describe('HTTP chunks that are malformed', () => {
  const at = useParts();

  test.each(BROKEN)('%s', async (_name, body) => {
    const { store, gateway } = at();
    await using connection = await gateway.connect();
    const origin = originOf(gateway);
    await connection.send(textOf(CHUNKED, origin) + body + textOf(BEHIND, origin));
    const answer = await connection.answer();
    expectRefusal(answer, '400 BadRequest');
    expect(headerOf(answer, 'connection')).toBe('close');
    expect(await connection.closes()).toBe(true);
    expect(connection.pending.toString()).toBe('');
    await Promise.all(store.arrived.map(({ over }) => over));
    expect(store.arrived.filter(({ whole }) => whole)).toEqual([]);
    expect(store.garbage).toBe(0);
  });
});

describe('HTTP chunks that are malformed, in a body that is read before it is sent on', () => {
  const at = useParts();

  test.each(BROKEN)('%s', async (_name, body) => {
    const { store, gateway } = at();
    await using connection = await gateway.connect();
    const origin = originOf(gateway);
    await connection.send(textOf({ ...CHUNKED, method: 'POST', target: '/bucket?delete' }, origin) + body);
    expectRefusal(await connection.answer(), '400 IncompleteBody');
    expect(await connection.closes()).toBe(true);
    expect(store.arrived).toEqual([]);
  });
});

const put: Ask = { method: 'PUT', target: '/bucket/key', body: 'hello world' };

describe('a client that breaks off', () => {
  const at = useParts();

  test.each<[string, Ask, string]>([
    ['in the middle of a Content-Length', put, 'hello'],
    ['one byte before its end', put, 'hello worl'],
    ['before its first byte', put, ''],
    ['in the middle of a chunk', CHUNKED, '5\r\nhel'],
    ['between two chunks', CHUNKED, FIRST],
    ['before the last line', CHUNKED, `${FIRST}0\r\n`],
  ])('%s stores nothing', async (_name, ask, sent) => {
    const { store, gateway } = at();
    const from = store.arrived.length;
    await using connection = await gateway.connect();
    const [head] = textOf(ask, originOf(gateway)).split('\r\n\r\n');
    await connection.send(`${head}\r\n\r\n${sent}`);
    await expect.poll(() => store.arrived.length).toBe(from + 1);
    connection.drop();
    await store.arrived[from]?.over;
    expect(store.arrived[from]?.whole).toBe(false);
  });
});

/** Refused by their heads, each in a stage of its own, before a byte of their bodies was asked for. */
const EARLY: readonly (readonly [name: string, status: number, ask: Ask])[] = [
  ['a wrong signature', 403, { ...put, edit: changed(/Signature=\w{8}/, 'Signature=00000000') }],
  ['no signature', 403, { ...put, edit: changed(/authorization: .*\r\n/, '') }],
  ['an unsigned header', 403, { ...put, unsignedHeaders: { 'x-amz-acl': 'public-read' } }],
  [
    'a reserved key',
    403,
    { ...put, target: '/bucket/.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/system.xml' },
  ],
  ['an unknown parameter', 501, { ...put, target: '/bucket/key?unknown' }],
  ['a dot segment', 400, { ...put, target: '/bucket/../key' }],
  ['a form', 501, { ...put, method: 'POST', target: '/bucket' }],
  ['an old time', 403, { ...put, date: new Date(Date.now() - 3_600_000) }],
];

/** Known from its Content-Length alone. */
const TOO_LARGE: typeof EARLY = [
  [
    'a body too large to read',
    400,
    {
      ...put,
      method: 'POST',
      target: '/bucket?delete',
      edit: changed('content-length: 11', 'content-length: 99999999'),
    },
  ],
];

describe('an early refusal', () => {
  const at = useParts();

  test.each([...EARLY, ...TOO_LARGE])(
    '%s: a right request behind its body is not served',
    async (_name, status, ask) => {
      const { store, gateway } = at();
      await using connection = await gateway.connect();
      const origin = originOf(gateway);
      await connection.send(textOf(ask, origin) + textOf(BEHIND, origin));
      expect((await connection.answer()).status).toBe(status);
      expect(await connection.closes()).toBe(true);
      expect(connection.pending.toString()).toBe('');
      expect(store.arrived).toEqual([]);
    },
  );

  test.each([...EARLY, ...TOO_LARGE])(
    '%s: no 100 Continue, and a body that comes all the same is not read as a request',
    async (_name, status, ask) => {
      const { store, gateway } = at();
      await using connection = await gateway.connect();
      const origin = originOf(gateway);
      const whole = textOf(
        { ...ask, unsignedHeaders: { ...ask.unsignedHeaders, Expect: '100-continue' } },
        origin,
      );
      const end = whole.indexOf('\r\n\r\n') + 4;
      await connection.send(whole.slice(0, end));
      expect((await connection.answer()).status).toBe(status);
      await connection.send(textOf(BEHIND, origin));
      expect(await connection.closes()).toBe(true);
      expect(connection.pending.toString()).toBe('');
      expect(store.arrived).toEqual([]);
    },
  );

  test.each(EARLY)('%s: with a chunked body', async (_name, status, ask) => {
    const { store, gateway } = at();
    await using connection = await gateway.connect();
    const origin = originOf(gateway);
    const [head = ''] = textOf(ask, origin).split('\r\n\r\n');
    const chunked = head.replace(/content-length: \d+/, 'transfer-encoding: chunked');
    const inner = textOf(BEHIND, origin);
    await connection.send(`${chunked}\r\n\r\n${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n${inner}`);
    expect((await connection.answer()).status).toBe(status);
    expect(await connection.closes()).toBe(true);
    expect(connection.pending.toString()).toBe('');
    expect(store.arrived).toEqual([]);
  });
});
