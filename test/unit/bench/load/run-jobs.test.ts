// Jobs from a source: never more at a time than allowed, and always a place to go on from.
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { JobsUnderWay, runJobs } from '../../../../src/bench/load/run-jobs.ts';

async function* numbers(to: number, begin: (index: number) => void = () => {}) {
  for (let index = 0; index < to; index++) {
    begin(index);
    yield index;
  }
}

describe('runJobs', () => {
  test('does all, so many at a time', async () => {
    const done: number[] = [];
    let open = 0;
    let most = 0;
    const isAll = await runJobs({
      jobs: numbers(50),
      width: 7,
      isOver: () => false,
      perform: async (index) => {
        most = Math.max(most, ++open);
        await turn();
        open--;
        done.push(index);
      },
    });
    expect(isAll).toBe(true);
    expect(most).toBe(7);
    expect(done.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  test('begins no more when it is over, and says where to go on', async () => {
    const underWay = new JobsUnderWay(0);
    let done = 0;
    const isAll = await runJobs({
      jobs: numbers(50, (index) => underWay.begin(index)),
      width: 4,
      isOver: () => done >= 20,
      perform: async (index) => {
        await turn();
        done++;
        underWay.end(index);
      },
    });
    expect(isAll).toBe(false);
    expect(done).toBeGreaterThanOrEqual(20);
    expect(done).toBeLessThan(30);
    expect(underWay.doneTo).toBe(done);
  });

  test('is done where it was over only after the last', async () => {
    let done = 0;
    const perform = async () => void done++;
    expect(await runJobs({ jobs: numbers(10), width: 3, isOver: () => done >= 10, perform })).toBe(true);
  });

  test('rejects with the first error when the others have ended', async () => {
    let open = 0;
    const running = runJobs({
      jobs: numbers(1000),
      width: 5,
      isOver: () => false,
      perform: async (index) => {
        open++;
        await turn();
        open--;
        if (index === 7) throw new Error('the seventh');
      },
    });
    await expect(running).rejects.toThrow('the seventh');
    expect(open).toBe(0);
  });

  test('rejects with the error of the source', async () => {
    const broken = async function* () {
      yield 1;
      throw new Error('no more');
    };
    const running = runJobs({ jobs: broken(), width: 2, isOver: () => false, perform: async () => {} });
    await expect(running).rejects.toThrow('no more');
  });
});

test('jobs under way: below the lowest all are done', () => {
  const underWay = new JobsUnderWay(10);
  expect(underWay.doneTo).toBe(10);
  for (const index of [10, 14, 15]) underWay.begin(index);
  underWay.end(14);
  expect(underWay.doneTo).toBe(10);
  underWay.end(10);
  expect(underWay.doneTo).toBe(15);
  underWay.end(15);
  expect(underWay.doneTo).toBe(16);
});
