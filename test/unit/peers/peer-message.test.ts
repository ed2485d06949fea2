// What comes over the link is read strictly: all that a gateway says, and nothing else, whatever the bytes are.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMessageLines } from '../../../src/peers/message-lines.ts';
import {
  type FromHearer,
  type FromTeller,
  lineOf,
  MAX_LINE,
  PeerProtocolError,
  readFromHearer,
  readFromTeller,
} from '../../../src/peers/peer-message.ts';
import { fromHearer, fromTeller, peerChanges } from './arbitrary-messages.ts';

const RUN = '0mb1k2q9z000000000000abc';
const put = { kind: 'put', bucket: 'b', key: 'k', bytes: 1 };
const told = (change: unknown, more: object = {}) =>
  JSON.stringify({
    kind: 'changes',
    run: RUN,
    first: 1,
    changes: [{ backend: 's', atMs: 1, change }],
    ...more,
  });

describe('a message', () => {
  test('of whoever hears arrives as it was said', () => {
    fc.assert(
      fc.property(fromHearer, (message) => {
        expect(readFromHearer(lineOf(message))).toEqual(message);
      }),
    );
  });

  test('of whoever tells arrives as it was said', () => {
    fc.assert(
      fc.property(fromTeller, (message) => {
        expect(readFromTeller(lineOf(message))).toEqual(message);
      }),
    );
  });

  test('is one line, and the longest is within the bound', () => {
    fc.assert(
      fc.property(fromTeller, (message) => {
        expect(lineOf(message).slice(0, -1)).not.toContain('\n');
      }),
    );
    const change = { ...put, key: '\u0001'.repeat(1_024) };
    const parts = Array.from({ length: 10_000 }, () => 10_000);
    const changes = [
      ...Array.from({ length: 255 }, () => ({ backend: 's', atMs: 1, change })),
      { backend: 's', atMs: 1, change: { kind: 'complete', bucket: 'b', key: 'k', uploadId: 'u', parts } },
    ] as Extract<FromTeller, { readonly kind: 'changes' }>['changes'];
    expect(lineOf({ kind: 'changes', run: RUN, first: 1, changes }).length).toBeLessThan(MAX_LINE);
  });

  test.each([
    ['no JSON', 'hello'],
    ['no object', '[]'],
    ['nothing', ''],
    ['another kind', '{"kind":"take"}'],
    ['another version', `{"kind":"hello","run":"${RUN}","protocol":2}`],
    ['no version', `{"kind":"hello","run":"${RUN}"}`],
    ['a run of another form', '{"kind":"hello","run":"../x","protocol":1}'],
    ['no change', told(undefined, { changes: [] })],
    ['257 changes', told(undefined, { changes: Array(257).fill(null) })],
    ['a number below 1', told(put, { first: 0 })],
    ['a number that is not exact', told(put, { first: 2 ** 53 })],
    ['bytes below zero', told({ ...put, bytes: -1 })],
    ['bytes beyond what is exact', told({ ...put, bytes: 2 ** 53 })],
    ['bytes as a text', told({ ...put, bytes: '1' })],
    ['a key of 1025 characters', told({ ...put, key: 'k'.repeat(1_025) })],
    ['no key', told({ ...put, key: undefined })],
    ['a part 10001', told({ kind: 'part', bucket: 'b', key: 'k', uploadId: 'u', partNumber: 10_001 })],
    ['a copy of nothing', told({ kind: 'copy', bucket: 'b', key: 'k' })],
    [
      'a part of a copy of nothing',
      told({ kind: 'part', bucket: 'b', key: 'k', uploadId: 'u', partNumber: 1, from: 7 }),
    ],
    ['a kind of change that there is not', told({ kind: 'grow', bucket: 'b', key: 'k' })],
    ['a time that is none', told(put, { changes: [{ backend: 's', atMs: null, change: put }] })],
  ])('with %s is refused', (_what, line) => {
    expect(() => readFromTeller(line)).toThrow(PeerProtocolError);
    expect(() => readFromHearer(line)).toThrow(PeerProtocolError);
  });

  test('names nothing that the other did not mean: other keys are left behind', () => {
    const line = told({ ...put, versionId: 'v', isAdmin: true, __proto__: { x: 1 } });
    expect(readFromTeller(line)).toEqual({
      kind: 'changes',
      run: RUN,
      first: 1,
      changes: [{ backend: 's', atMs: 1, change: { ...put, versionId: 'v' } }],
    });
  });
});

describe('any bytes', () => {
  const read = (pieces: readonly Uint8Array[]): number => {
    const lines = createMessageLines(MAX_LINE);
    let understood = 0;
    try {
      for (const piece of pieces) {
        for (const line of lines.take(piece)) {
          const message = readFromTeller(line);
          // What was understood is as good as what a gateway says.
          expect(readFromTeller(lineOf(message))).toEqual(message);
          understood += 1;
        }
      }
    } catch (error) {
      expect(error).toBeInstanceOf(PeerProtocolError);
    }
    return understood;
  };

  test('are refused in words, never understood by halves', () => {
    fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (pieces) => void read(pieces)));
  });

  test('with a few of them changed too, wherever they are cut', () => {
    let understood = 0;
    const changed = fc.record({
      message: fromTeller,
      at: fc.nat(),
      byte: fc.integer({ min: 0, max: 255 }),
      cut: fc.nat(),
    });
    fc.assert(
      fc.property(changed, ({ message, at, byte, cut }) => {
        const bytes = Buffer.from(lineOf(message));
        bytes[at % bytes.length] = byte;
        const middle = cut % bytes.length;
        understood += read([bytes.subarray(0, middle), bytes.subarray(middle)]);
      }),
      { numRuns: 500 },
    );
    // A changed letter of a key is still a message.
    expect(understood).toBeGreaterThan(0);
  });

  test('any JSON as well', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        for (const readOne of [readFromTeller, readFromHearer] as const) {
          try {
            const message: FromTeller | FromHearer = readOne(json);
            expect(message).toBeDefined();
          } catch (error) {
            expect(error).toBeInstanceOf(PeerProtocolError);
          }
        }
      }),
    );
  });
});

describe('lines', () => {
  test('are the same however they are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }),
        fc.array(fc.nat()),
        (texts, cuts) => {
          const expected = texts.map((text) => text.replaceAll('\n', ' '));
          const bytes = Buffer.from(`${expected.join('\n')}\n`);
          const places = [0, ...cuts.map((cut) => cut % bytes.length).sort((a, b) => a - b), bytes.length];
          const lines = createMessageLines(MAX_LINE);
          const found = places
            .slice(1)
            .flatMap((end, index) => lines.take(bytes.subarray(places[index], end)));
          expect(found).toEqual(Buffer.from(expected.join('\n')).toString().split('\n'));
        },
      ),
    );
  });

  test('are bounded, whether they end or not', () => {
    const lines = createMessageLines(10);
    expect(lines.take(Buffer.from('0123456789\n01234'))).toEqual(['0123456789']);
    expect(() => lines.take(Buffer.from('567890'))).toThrow(PeerProtocolError);
    expect(() => createMessageLines(10).take(Buffer.from('01234567890\n'))).toThrow(PeerProtocolError);
  });
});

test('a change that was read is one that can be told', () => {
  fc.assert(
    fc.property(peerChanges, (change) => {
      const line = lineOf({ kind: 'changes', run: RUN, first: 1, changes: [change] });
      expect(readFromTeller(line)).toMatchObject({ changes: [change] });
    }),
  );
});
