// What our parser accepts, llhttp accepts with the same meaning, and cuts in the wire change nothing.
import { deepStrictEqual } from 'node:assert';
import { cutAt } from '../byte-changes.ts';
import { fuzzTarget, type Tally } from '../fuzz-target.ts';
import { type WireCase, wireCase } from './message-generator.ts';
import { readByLlhttp } from './read-by-llhttp.ts';
import { type Reading, readRequests } from './read-requests.ts';

const NEXT = { method: 'GET', target: '/next', headers: ['Host', 'n'], body: '' };
const NEXT_WIRE = 'GET /next HTTP/1.1\r\nHost: n\r\n\r\n';
const KNOWN_METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'PUT',
  'POST',
  'DELETE',
  'OPTIONS',
  'PATCH',
]);
// Cutting in two at each byte costs the square of the length.
const MAX_LENGTH_CUT_EVERYWHERE = 300;

export const headParserTarget = fuzzTarget<WireCase>({
  name: 'head-parser',
  arbitrary: wireCase,
  suiteRuns: 1000,
  atLeast: { accepted: 300, pipelined: 50, refused: 300 },
  open: () => ({
    async check({ wire, cuts }, tally) {
      const whole = readRequests([wire]);
      checkCuts(wire, cuts, whole);
      await compareWithLlhttp(wire, whole, tally);
    },
  }),
});

function checkCuts(wire: string, cuts: readonly number[], whole: Reading): void {
  deepStrictEqual(readRequests(cutAt(wire, cuts)), whole, 'cut at random places');
  if (wire.length > MAX_LENGTH_CUT_EVERYWHERE) return;
  deepStrictEqual(readRequests([...wire]), whole, 'byte by byte');
  for (let at = 1; at < wire.length; at++) {
    deepStrictEqual(readRequests([wire.slice(0, at), wire.slice(at)]), whole, `cut in two at ${at}`);
  }
}

async function compareWithLlhttp(wire: string, reading: Reading, tally: Tally): Promise<void> {
  tally.add(reading.outcome === 'refused' ? 'refused' : 'not refused');
  tally.add('accepted', reading.requests.length);
  if (reading.requests.length === 0) return;
  if (reading.requests.length > 1) tally.add('pipelined');
  // Upgrade is llhttp's business: it takes what follows for another protocol. We drop it and never switch.
  if (reading.requests.some(({ headers }) => headers.some((name) => name.toLowerCase() === 'upgrade')))
    return;
  // Methods are open (RFC 9110 section 9.1), and llhttp has a list of its own; the operation table refuses the others.
  if (reading.requests.some(({ method }) => !KNOWN_METHODS.has(method))) {
    tally.add('another method');
    return;
  }
  const accepted = wire.slice(0, reading.bytes);
  // Both must agree on where the last request ends, so another one stands right behind it.
  const behind = reading.outcome === 'last' ? [] : [NEXT];
  const sent = reading.outcome === 'last' ? accepted : accepted + NEXT_WIRE;
  const expected = [...reading.requests, ...behind];
  deepStrictEqual(await readByLlhttp(sent, expected.length), expected, 'llhttp reads it differently');
}
