// The page's line to the gateway: how it notices that nobody is there, and how it comes back.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LiveStream, PAUSES_MS, SILENCE_MS } from '../../../../src/admin/dashboard/live-stream.js';

class FakeSource extends EventTarget {
  closed = false;
  close() {
    this.closed = true;
  }
  tell(name: string, data: unknown) {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }));
  }
  fail() {
    this.dispatchEvent(new Event('error'));
  }
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function stream() {
  const sources: FakeSource[] = [];
  const states: string[] = [];
  const events: unknown[] = [];
  class Source extends FakeSource {
    constructor() {
      super();
      sources.push(this);
    }
  }
  const live = new LiveStream({
    url: 'api/events',
    names: ['live', 'capacity'],
    onState: (state) =>
      states.push(state.kind === 'lost' ? `lost ${state.retryAtMs - Date.now()}` : state.kind),
    onEvent: (name, data) => events.push([name, data]),
    Source: Source as unknown as new (url: string) => EventSource,
    random: () => 0.5,
  });
  live.start();
  return { live, sources, states, events };
}

describe('the stream', () => {
  test('tells what comes', () => {
    const { sources, states, events } = stream();
    sources[0]?.tell('live', { a: 1 });
    sources[0]?.tell('other', {});
    expect([states, events]).toEqual([['connecting', 'live'], [['live', { a: 1 }]]]);
  });

  test('waits longer after each failure, and begins anew once it was heard', () => {
    const { sources, states } = stream();
    for (const pause of [...PAUSES_MS, PAUSES_MS.at(-1) ?? 0]) {
      sources.at(-1)?.fail();
      expect(states.at(-1)).toBe(`lost ${pause}`);
      expect(sources.at(-1)?.closed).toBe(true);
      vi.advanceTimersByTime(pause);
    }
    expect(sources).toHaveLength(PAUSES_MS.length + 2);
    sources.at(-1)?.tell('live', {});
    sources.at(-1)?.fail();
    expect(states.at(-1)).toBe(`lost ${PAUSES_MS[0]}`);
  });

  test('takes silence for a lost line, though no error came', () => {
    const { sources, states } = stream();
    sources[0]?.tell('live', {});
    vi.advanceTimersByTime(SILENCE_MS - 1);
    expect(states.at(-1)).toBe('live');
    vi.advanceTimersByTime(1);
    expect(states.at(-1)).toMatch(/^lost/);
  });

  test('a line that was given up says nothing any more', () => {
    const { sources, states, events } = stream();
    sources[0]?.fail();
    sources[0]?.tell('live', {});
    sources[0]?.fail();
    expect([states, events]).toEqual([['connecting', 'lost 1000'], []]);
  });

  test('tries at once when it is told to, and once only', () => {
    const { live, sources } = stream();
    live.retryNow();
    expect(sources).toHaveLength(1);
    sources[0]?.fail();
    live.retryNow();
    vi.advanceTimersByTime(PAUSES_MS[0] ?? 0);
    expect(sources).toHaveLength(2);
  });

  test('ends', () => {
    const { live, sources } = stream();
    live.stop();
    expect(sources[0]?.closed).toBe(true);
    vi.advanceTimersByTime(10 * SILENCE_MS);
    expect(sources).toHaveLength(1);
  });
});
