import { describe, expect, it } from 'vitest';
import { sharedLoad } from '../../../src/capacity/providers/shared-load.ts';
import { unknownMessage } from './store-stand-in.ts';

function counted(answers: (count: number, signal: AbortSignal) => Promise<string>) {
  let count = 0;
  let nowMs = 0;
  const ask = sharedLoad({
    load: (_key, signal) => {
      count += 1;
      return answers(count, signal);
    },
    shareMs: 10_000,
    now: () => nowMs,
  });
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { ask, pass, count: () => count };
}
const alive = () => new AbortController().signal;

describe('sharedLoad', () => {
  it('loads once for all until the answer is too old, per key', async () => {
    const { ask, pass, count } = counted(async (n) => `answer ${n}`);
    expect(await Promise.all([ask('k', alive()), ask('k', alive())])).toEqual(['answer 1', 'answer 1']);
    pass(9_999);
    expect(await ask('k', alive())).toBe('answer 1');
    expect(await ask('other', alive())).toBe('answer 2');
    pass(1);
    expect(await ask('k', alive())).toBe('answer 3');
    pass(-20_000);
    expect(await ask('k', alive())).toBe('answer 4');
    expect(count()).toBe(4);
  });

  it('shares a failure for a second only', async () => {
    const { ask, pass, count } = counted((n) =>
      n === 1 ? Promise.reject(new Error('no')) : Promise.resolve('yes'),
    );
    await expect(ask('k', alive())).rejects.toThrow('no');
    pass(999);
    await expect(ask('k', alive())).rejects.toThrow('no');
    expect(count()).toBe(1);
    pass(1);
    expect(await ask('k', alive())).toBe('yes');
  });

  it('goes on for the others when one gives up, and is given up with the last', async () => {
    let signal = alive();
    let answer = (_text: string) => {};
    const { ask, count } = counted((_n, given) => {
      signal = given;
      return new Promise((resolve) => {
        answer = resolve;
      });
    });
    const [hasty, patient] = [new AbortController(), new AbortController()];
    const [one, two] = [ask('k', hasty.signal), ask('k', patient.signal)];
    hasty.abort();
    expect(await unknownMessage(one)).toContain('given up');
    expect(signal.aborted).toBe(false);
    answer('late');
    expect(await two).toBe('late');

    const lonely = new AbortController();
    const three = ask('other', lonely.signal);
    lonely.abort();
    await unknownMessage(three);
    expect(signal.aborted).toBe(true);
    const four = ask('other', alive());
    expect(count()).toBe(3);
    answer('fresh');
    expect(await four).toBe('fresh');
  });
});
