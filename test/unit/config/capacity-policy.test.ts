// What is done with the numbers: reserve, pools, guards, warnings, history, and where the gateway keeps its own.
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/secret.ts';
import { BACKEND, configOf, load, MINIMAL, problemsOf, remoteOf, withBackend } from './fixture.ts';

const TIB = 2n ** 40n;
const STATIC_BACKEND = BACKEND.replace(' }', ', capacity: { source: static, capacity: 10TiB } }');
const withRule = (keys: string, match = 'veeam-*') =>
  `${withBackend(STATIC_BACKEND)}buckets: [{ match: "${match}", backend: ceph, ${keys} }]\n`;
const section = (keys: string) => `capacity: { ${keys} }\n${MINIMAL}`;
const complaints = (text: string) => problemsOf(text).map(({ path, message }) => [path, message]);

describe('reserve', () => {
  test('is of the store, whatever tells its size', () => {
    const text = withBackend(BACKEND.replace(' }', ', reserve: 1.5TiB }'));
    expect(remoteOf(configOf(text)).reserveBytes).toBe((3n * TIB) / 2n);
  });
});

describe('bucket rules', () => {
  test('a pool and a guard', () => {
    const keys = 'pool: true, guard: { floor: 1TiB, reopen: 2TiB, smallObjects: 1MiB }';
    expect(configOf(withRule(keys)).buckets).toEqual([
      {
        match: 'veeam-*',
        backend: 'ceph',
        sosapi: true,
        pool: true,
        guard: { floorBytes: TIB, reopenBytes: 2n * TIB, smallObjectBytes: 2 ** 20 },
      },
    ]);
  });

  test('a guard opens a quarter above its floor and lets 64 KiB through', () => {
    expect(configOf(withRule('guard: { floor: 1TiB }')).buckets[0]?.guard).toEqual({
      floorBytes: TIB,
      reopenBytes: TIB + TIB / 4n,
      smallObjectBytes: 65_536,
    });
  });

  test('a guard may open where it closes, and let nothing through', () => {
    const keys = 'guard: { floor: 1TiB, reopen: 1TiB, smallObjects: 0B }';
    expect(configOf(withRule(keys)).buckets[0]?.guard).toMatchObject({
      reopenBytes: TIB,
      smallObjectBytes: 0,
    });
  });

  test.each([
    [
      'no floor',
      'guard: {}',
      'floor',
      'expected a size above zero in whole bytes with its unit, such as 10TiB or 512B, found nothing',
    ],
    [
      'a floor of nothing',
      'guard: { floor: 0B }',
      'floor',
      'expected a size above zero in whole bytes with its unit, such as 10TiB or 512B, found "0B"',
    ],
    [
      'an opening below the floor',
      'guard: { floor: 2TiB, reopen: 1TiB }',
      'reopen',
      'expected no less than floor, found less',
    ],
    [
      'a floor that the quota never leaves',
      'quota: 1TiB, guard: { floor: 1TiB }',
      'floor',
      'expected less than quota, found no less: all new data would be refused',
    ],
    [
      'an opening that the quota never leaves',
      'quota: 1TiB, guard: { floor: 900GiB }',
      'reopen',
      'expected less than quota, found no less: it would never open again',
    ],
    [
      'large small objects',
      'guard: { floor: 1TiB, smallObjects: 2GiB }',
      'smallObjects',
      'expected a size with its unit from 0B to 1GiB, found "2GiB"',
    ],
  ])('%s is a problem', (_name, keys, key, message) => {
    expect(complaints(withRule(keys))).toEqual([[`buckets[0].guard.${key}`, message]]);
  });

  test('what has no effect is told', () => {
    const warnings = (text: string) => load(text).warnings.map(({ path, message }) => [path, message]);
    expect(warnings(withRule('pool: true', 'one-bucket'))).toEqual([
      ['buckets[0].pool', 'has no effect: match names one bucket only'],
    ]);
    expect(warnings(`${MINIMAL}buckets: [{ match: "*", backend: ceph, guard: { floor: 1TiB } }]`)).toEqual([
      [
        'buckets[0].guard',
        'has no effect: backend ceph has no capacity, so nothing is known to be available',
      ],
    ]);
    expect(warnings(withRule('pool: true, quota: 5TiB, guard: { floor: 1TiB }'))).toEqual([]);
  });
});

describe('the section capacity', () => {
  test('by default', () => {
    expect(configOf(MINIMAL).capacity).toEqual({
      thresholdsPercent: [80, 90, 95],
      confirmJumpPercent: 25,
      historyMs: 400 * 86_400_000,
    });
  });

  test('with all its keys', () => {
    const keys =
      'thresholds: [1, 100], webhook: { url: "https://hooks.example.com/T0/x?y=z", token: hush, timeout: 1s }, confirmJump: 0, history: 3650d';
    const { capacity } = configOf(section(keys));
    expect(capacity).toEqual({
      thresholdsPercent: [1, 100],
      webhook: {
        url: 'https://hooks.example.com/T0/x?y=z',
        token: expect.any(Secret),
        timeoutMs: 1000,
      },
      confirmJumpPercent: 0,
      historyMs: 3650 * 86_400_000,
    });
    expect(capacity.webhook?.token?.reveal()).toBe('hush');
    expect(inspect(capacity)).not.toContain('hush');
  });

  test('a webhook needs no token, and no thresholds are none', () => {
    expect(configOf(section('thresholds: [], webhook: { url: "http://h/" }')).capacity).toMatchObject({
      thresholdsPercent: [],
      webhook: { url: 'http://h/', timeoutMs: 10_000 },
    });
  });

  test.each([
    [
      'thresholds that fall',
      'thresholds: [90, 80]',
      'thresholds[1]',
      'expected more than the 90 before it, found 80: they ascend, each once',
    ],
    [
      'a threshold twice',
      'thresholds: [80, 80]',
      'thresholds[1]',
      'expected more than the 80 before it, found 80: they ascend, each once',
    ],
    [
      'a threshold of nothing',
      'thresholds: [0]',
      'thresholds[0]',
      'expected a whole number from 1 to 100, found 0',
    ],
    [
      'a threshold beyond full',
      'thresholds: [101]',
      'thresholds[0]',
      'expected a whole number from 1 to 100, found 101',
    ],
    [
      'a history that is too long',
      'history: 3651d',
      'history',
      'expected a duration with its unit from 1h to 3650d, such as 36h or 90d, found "3651d"',
    ],
    [
      'a history that is none',
      'history: 1s',
      'history',
      'expected a duration with its unit from 1h to 3650d, such as 36h or 90d, found "1s"',
    ],
    [
      // What it is would be as good as a password.
      'a webhook that is no URL',
      'webhook: { url: "hooks.example.com/T0/secret-path" }',
      'webhook.url',
      'expected an http or https URL without credentials before the host, found another text',
    ],
  ])('%s: a problem', (_name, keys, key, message) => {
    expect(complaints(section(keys))).toEqual([[`capacity.${key}`, message]]);
  });
});

describe('the state directory', () => {
  test.each([
    ['stands beside the config', MINIMAL, {}, { path: '/etc/gateway/state', isDefault: true }],
    [
      'is what systemd gives',
      MINIMAL,
      { STATE_DIRECTORY: '/var/lib/gw' },
      { path: '/var/lib/gw', isDefault: true },
    ],
    [
      'is the first of those that systemd gives',
      MINIMAL,
      { STATE_DIRECTORY: '/var/lib/gw:/var/lib/other' },
      { path: '/var/lib/gw', isDefault: true },
    ],
    [
      'is not an empty one',
      MINIMAL,
      { STATE_DIRECTORY: '' },
      { path: '/etc/gateway/state', isDefault: true },
    ],
    [
      'is what the config says',
      `stateDirectory: ../state\n${MINIMAL}`,
      { STATE_DIRECTORY: '/var/lib/gw' },
      { path: '/etc/state', isDefault: false },
    ],
  ])('%s', (_name, text, env, expected) => {
    expect(configOf(text, { env }).stateDirectory).toEqual(expected);
  });

  test('is not that of an embedded store, unnamed', () => {
    const text = withBackend('{ name: e, kind: embedded, dataDirectory: state }');
    expect(configOf(text).stateDirectory).toEqual({
      path: '/etc/gateway/state-of-gateway',
      isDefault: true,
    });
  });

  test('is not that of an embedded store, named', () => {
    const text = `stateDirectory: ./data\n${withBackend('{ name: e, kind: embedded, dataDirectory: data }')}`;
    expect(complaints(text)).toEqual([
      ['stateDirectory', 'expected a directory of its own, found /etc/gateway/data of backend e'],
    ]);
  });
});
