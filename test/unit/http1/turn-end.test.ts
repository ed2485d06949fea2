import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { TurnEnd } from '../../../src/http1/turn-end.ts';

it('calls back all that wait, once and in turn, and not within the turn itself', async () => {
  const turnEnd = new TurnEnd();
  const called: string[] = [];
  for (const name of ['a', 'b', 'a']) turnEnd.wait(() => called.push(name));
  await Promise.resolve();
  expect(called).toEqual([]);
  await nextTurn();
  expect(called).toEqual(['a', 'b', 'a']);
  await nextTurn();
  expect(called).toHaveLength(3);
});

it('calls back who begins to wait meanwhile at the end of the next turn', async () => {
  const turnEnd = new TurnEnd();
  const called: string[] = [];
  turnEnd.wait(() => {
    called.push('first');
    turnEnd.wait(() => called.push('second'));
  });
  await nextTurn();
  expect(called).toEqual(['first']);
  await nextTurn();
  expect(called).toEqual(['first', 'second']);
});
