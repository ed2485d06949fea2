// Times of another gateway's clock by the own one.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PeerClock } from '../../../src/peers/peer-clock.ts';
import { isRunName } from '../../../src/peers/peer-message.ts';
import { createRunName } from '../../../src/peers/run-name.ts';

const ways = fc.record({ there: fc.integer({ min: 0, max: 500 }), back: fc.integer({ min: 0, max: 500 }) });

test('are off by half of the shortest way at most, however far the clocks are apart', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.array(ways, { minLength: 1, maxLength: 8 }),
      (apartMs, questions) => {
        const clock = new PeerClock();
        for (const [index, { there, back }] of questions.entries()) {
          const sentMs = 2e12 + 1_000 * index;
          const askedAtMs = sentMs + there + apartMs;
          clock.take({ sentMs, askedAtMs, toldAtMs: askedAtMs + 3, heardMs: sentMs + there + 3 + back });
        }
        const shortest = Math.min(...questions.map(({ there, back }) => there + back));
        expect(Math.abs(clock.toOwn(2e12 + apartMs) - 2e12)).toBeLessThanOrEqual(shortest / 2);
      },
    ),
  );
});

test('are taken as they are before anything was asked', () => {
  expect(new PeerClock().toOwn(5)).toBe(5);
});

test('follow a clock that is set', () => {
  const clock = new PeerClock();
  const ask = (sentMs: number, apartMs: number) =>
    clock.take({ sentMs, askedAtMs: sentMs + apartMs, toldAtMs: sentMs + apartMs, heardMs: sentMs });
  for (let turn = 0; turn < 8; turn++) ask(turn, 1_000);
  for (let turn = 0; turn < 8; turn++) ask(100 + turn, -50);
  expect(clock.toOwn(1_000)).toBe(1_050);
});

test('names of runs sort by their start, and no two are the same', () => {
  const random = (byte: number) => Buffer.alloc(12, byte);
  const names = [
    createRunName(0, random(9)),
    createRunName(1_763_000_000_000, random(0)),
    createRunName(2e12, random(0)),
  ];
  expect([...names].sort()).toEqual(names);
  expect(names.every(isRunName)).toBe(true);
  expect(createRunName(1, random(1))).not.toBe(createRunName(1, random(2)));
  expect(isRunName(createRunName(1, Buffer.alloc(12, 255)))).toBe(true);
});
