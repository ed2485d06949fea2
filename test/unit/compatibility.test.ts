// The committed table of clients has all rows and no empty cell, and the page says what a run recorded.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CLIENTS } from '../integration/clients/all-clients.ts';
import { type Client, required, WORKS } from '../integration/clients/client.ts';
import { renderPage } from '../integration/clients/compatibility-page.ts';
import type { ClientOutcome } from '../support/client-outcomes.ts';
import { ADDRESSINGS, TRANSPORTS } from '../support/client-setting.ts';
import { STORE_NAMES } from '../support/running-store.ts';

const PAGE = readFileSync(new URL('../../docs/compatibility.md', import.meta.url), 'utf8');
const CLIENT: Client = {
  name: 'a client',
  id: 'a',
  signer: 'itself',
  second: '--other',
  find: async () => '1.0',
  use: async () => {},
};

/** Rows of cells, of all tables, without the heads and the dashes below them. */
function rowsOf(page: string): readonly (readonly string[])[] {
  const lines = page.split('\n').filter((line) => line.startsWith('|'));
  return lines
    .filter((_, index) => !/^[| -]+$/.test(lines[index] ?? '') && !/^[| -]+$/.test(lines[index + 1] ?? ''))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const outcomes = (change: (outcome: ClientOutcome) => Partial<ClientOutcome> = () => ({})): ClientOutcome[] =>
  STORE_NAMES.flatMap((store) =>
    TRANSPORTS.flatMap((transport) =>
      ADDRESSINGS.map((addressing): ClientOutcome => {
        const outcome: ClientOutcome = {
          client: CLIENT.name,
          version: '1.0',
          store,
          transport,
          addressing,
          payloads: ['SHA256', 'UNSIGNED-PAYLOAD'],
          secondPayloads: [],
          result: WORKS,
        };
        return { ...outcome, ...change(outcome) };
      }),
    ),
  );

describe('docs/compatibility.md', () => {
  const rows = rowsOf(PAGE);

  test('has a version of every client and a row for each of its settings', () => {
    const names = CLIENTS.map(({ name }) => name);
    const perClient = TRANSPORTS.length * ADDRESSINGS.length;
    expect(rows.map(([name]) => name)).toEqual([
      ...names,
      ...names.flatMap((name) => Array.from({ length: perClient }, () => name)),
    ]);
  });

  test('has no empty cell', () => {
    expect(rows.filter((cells) => cells.some((cell) => cell === ''))).toEqual([]);
  });

  test('says of each store that the client works', () => {
    const results = rows.slice(CLIENTS.length).map((cells) => cells.slice(-STORE_NAMES.length));
    expect(results.filter((cells) => cells.some((cell) => cell !== WORKS))).toEqual([]);
  });

  test('names a payload mode in each row', () => {
    const uploads = rows.slice(CLIENTS.length).map(([, , , cell]) => cell);
    expect(uploads.filter((cell) => !/^`[A-Z0-9-]+`/.test(cell ?? ''))).toEqual([]);
  });
});

describe('the page', () => {
  test('is the same whatever order the outcomes came in', () => {
    const page = renderPage(outcomes(), [CLIENT]);
    expect(renderPage(outcomes().reverse(), [CLIENT])).toBe(page);
    expect(page).toContain('| a client | 1.0 | itself | `--other` |');
    expect(page).toContain(
      '| a client | HTTPS | host name | `SHA256`, `UNSIGNED-PAYLOAD` | – | works | works | works |',
    );
  });

  test('names the store where the modes are not the same on all', () => {
    const page = renderPage(
      outcomes(({ store }) => (store === 'ceph' ? { payloads: ['SHA256'] } : {})),
      [CLIENT],
    );
    expect(page).toContain('minio: `SHA256`, `UNSIGNED-PAYLOAD`; ceph: `SHA256`; embedded:');
  });

  test.each([
    ['one is missing', outcomes().slice(1), 'no outcome of a client, minio, http, path'],
    ['one is there twice', [...outcomes(), ...outcomes().slice(0, 1)], '2 outcomes of a client, minio'],
    [
      'the versions differ',
      outcomes(({ store }) => (store === 'ceph' ? { version: '1.1' } : {})),
      'a client in several versions: 1.0, 1.1',
    ],
    ['the client took no part', [], 'no outcome of a client'],
  ])('is not made where %s', (_, given, message) => {
    expect(() => renderPage(given, [CLIENT])).toThrow(message);
  });
});

test('ids of REQUIRE_CLIENTS are unique, and one that is none is an error', () => {
  expect(new Set(CLIENTS.map(({ id }) => id)).size).toBe(CLIENTS.length);
  expect(new Set(CLIENTS.map(({ name }) => name)).size).toBe(CLIENTS.length);
  expect(required([CLIENT], 'a')).toEqual([CLIENT]);
  expect(required([CLIENT], '')).toEqual([]);
  expect(() => required([CLIENT], 'a,b')).toThrow('no client "b"; there are a');
});
