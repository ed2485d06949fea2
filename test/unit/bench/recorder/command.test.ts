// The commands without their command line: refusals in one sentence, and what they say.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordCommand, replayCommand, replayText } from '../../../../src/bench/recorder/command.ts';
import { BenchRefusal } from '../../../../src/bench/runtime/bench-target.ts';

const target = {
  endpoint: new URL('http://127.0.0.1:1'),
  bucket: 'b',
  region: 'us-east-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 's' },
  addressing: 'path' as const,
};

test.each([
  [{ listen: '9000' }, '--listen "9000" is no HOST:PORT'],
  [{ listen: '127.0.0.1:99999' }, 'is no HOST:PORT'],
  [{ target: 'store' }, '--target "store" is no address'],
  [{ target: 'ftp://store' }, 'begin with http:// or https://'],
  [{ target: 'http://store/path' }, '--target has more than scheme, host and port'],
  [{ cert: '/nowhere' }, '--cert and --key belong together'],
  [{ ca: '/nowhere/ca.pem' }, '--ca "/nowhere/ca.pem" cannot be read'],
  [{ out: '/nowhere/a' }, '--out "/nowhere/a" cannot be made'],
])('record %j is refused', async (changed, sentence) => {
  const given = { listen: '127.0.0.1:0', target: 'http://127.0.0.1:1', out: '/nowhere/a', hashNames: false };
  const { signal } = new AbortController();
  const refused = await recordCommand({ ...given, ...changed, signal, say: () => {} }).catch(
    (error) => error,
  );
  expect(refused).toBeInstanceOf(BenchRefusal);
  expect(refused.message).toContain(sentence);
});

test.each([
  [{ speed: '-1' }, '--speed "-1"'],
  [{ speed: 'fast' }, '--speed "fast"'],
  [{ concurrency: '0' }, '--concurrency "0"'],
  [{}, '--recording "/nowhere/a" cannot be read'],
])('replay %j is refused', async (changed, sentence) => {
  const { signal } = new AbortController();
  const given = { recording: '/nowhere/a', target, allowForeignObjects: false, signal, onProgress: () => {} };
  const refused = await replayCommand({ ...given, ...changed }).catch((error) => error);
  expect(refused).toBeInstanceOf(BenchRefusal);
  expect(refused.message).toContain(sentence);
});

test('record says where it listens, and at its end how much it has', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'recorder-'));
  const controller = new AbortController();
  const said: string[] = [];
  const listening = new EventTarget();
  const ready = once(listening, 'ready');
  const ended = recordCommand({
    listen: '127.0.0.1:0',
    target: 'http://127.0.0.1:1',
    out: join(directory, 'a'),
    hashNames: true,
    signal: controller.signal,
    say: (text) => {
      said.push(text);
      listening.dispatchEvent(new Event('ready'));
    },
  });
  await ready;
  controller.abort();
  await ended;
  expect(said).toEqual([
    expect.stringMatching(/^recording on http:\/\/127\.0\.0\.1:\d+ into /),
    `0 requests are in "${join(directory, 'a')}".`,
  ]);
  await rm(directory, { recursive: true });
});

test('the text of a replay names differences, latencies and what was left out', () => {
  const text = replayText({
    replayed: 3,
    notReplayed: [{ operation: 'CopyObject', reason: 'a copy', count: 1 }],
    differences: [
      { operation: 'GetObject', recorded: '200', got: '404 NoSuchKey', count: 2, firstAtMs: 1500 },
    ],
    latencies: [{ operation: 'GetObject', count: 3, recorded: { p50: 1, p99: 2 }, got: { p50: 3, p99: 4 } }],
    leftovers: [],
    interrupted: false,
    tookMs: 2000,
  });
  expect(text).toContain('GetObject: recorded 200, got 404 NoSuchKey (2 times; first at 1.5 s)');
  expect(text).toContain('half within 1 and 3, 99 of 100 within 2 and 4');
  expect(text).toContain('CopyObject, 1 times: a copy');
});
