import { describe, expect, test } from 'vitest';
import { EndpointHealth } from '../../../src/backend/endpoint-health.ts';
import { StoreTimeoutError } from '../../../src/http1/client-connection.ts';
import { ManualClock } from '../http1/wire-fixture.ts';

function healthOf({ mayEject = true } = {}) {
  const clock = new ManualClock();
  const changes: string[] = [];
  const health = new EndpointHealth({
    now: clock.now,
    slowStartMs: 10_000,
    mayEject: () => mayEject,
    onEjected: (reason, forMs, again) => changes.push(`${again ? 'again' : 'ejected'} ${forMs} ${reason}`),
    onRecovered: () => changes.push('recovered'),
  });
  const answered = (status: number, isTrial = false) => health.ended(status, undefined, isTrial, true);
  return { clock, changes, health, answered };
}
const BROKEN = new Error('broken');
const SLOW = new StoreTimeoutError('slow');

describe('is ejected', () => {
  test('by one connect that fails', () => {
    const { health, changes } = healthOf();
    health.connectFailed('refused');
    health.connectFailed('refused');
    expect([health.state, health.weight, changes]).toEqual(['ejected', 0, ['ejected 2000 refused']]);
  });

  test('by three lines that break, with no answer in between', () => {
    const { health, answered } = healthOf();
    health.ended(0, BROKEN, false, true);
    health.ended(0, BROKEN, false, true);
    answered(200);
    health.ended(0, BROKEN, false, true);
    health.ended(0, SLOW, false, false);
    expect(health.state).toBe('healthy');
    health.ended(0, BROKEN, false, true);
    expect(health.state).toBe('ejected');
  });

  test.each([500, 502, 504])('by five answers %i, with none in between that is well', (status) => {
    const { health, answered } = healthOf();
    for (let count = 0; count < 4; count++) answered(status);
    answered(404);
    for (let count = 0; count < 4; count++) answered(status);
    expect(health.state).toBe('healthy');
    answered(status);
    expect([health.state, health.lastReason]).toEqual(['ejected', `the store answered ${status}`]);
  });

  test('by two probes that fail', () => {
    const { health } = healthOf();
    health.probed('no answer');
    health.probed(undefined);
    health.probed('no answer');
    expect(health.state).toBe('healthy');
    health.probed('no answer');
    expect([health.state, health.lastReason]).toEqual(['ejected', 'health probe: no answer']);
  });
});

describe('is not ejected', () => {
  test.each([503, 507, 501, 404, 403])('by any number of answers %i', (status) => {
    const { health, answered } = healthOf();
    for (let count = 0; count < 50; count++) answered(status);
    expect(health.state).toBe('healthy');
  });

  test('by 503 between others: it neither counts nor excuses', () => {
    const { health, answered } = healthOf();
    for (let count = 0; count < 4; count++) answered(500);
    answered(503);
    expect(health.state).toBe('healthy');
    answered(500);
    expect(health.state).toBe('ejected');
  });

  test('by pooled connections that turn out closed', () => {
    const { health } = healthOf();
    for (let count = 0; count < 50; count++) health.ended(0, BROKEN, false, false);
    expect(health.state).toBe('healthy');
  });

  test('where it is the last', () => {
    const { health, changes, answered } = healthOf({ mayEject: false });
    health.connectFailed('refused');
    for (let count = 0; count < 9; count++) {
      health.ended(0, BROKEN, false, true);
      health.probed('no answer');
      answered(500);
    }
    expect([health.state, health.weight, changes]).toEqual(['healthy', 1, []]);
  });
});

describe('comes back', () => {
  test('after the time by one trial, with a share that grows', () => {
    const { health, clock, changes, answered } = healthOf();
    health.connectFailed('refused');
    clock.ms += 1_999;
    expect([health.state, health.wantsTrial]).toEqual(['ejected', false]);
    clock.ms += 1;
    expect([health.state, health.wantsTrial]).toEqual(['half-open', true]);
    expect(health.begin()).toBe(true);
    expect([health.wantsTrial, health.weight]).toEqual([false, 0]);
    answered(200, true);
    expect([health.state, health.weight]).toEqual(['slow-start', 0.1]);
    clock.ms += 5_000;
    expect(health.weight).toBe(0.5);
    clock.ms += 5_000;
    expect([health.state, health.weight]).toEqual(['healthy', 1]);
    expect(changes).toEqual(['ejected 2000 refused', 'recovered']);
  });

  test('later each time that the trial fails, up to a minute', () => {
    const { health, clock, changes } = healthOf();
    health.connectFailed('refused');
    for (let trial = 0; trial < 6; trial++) {
      clock.ms += 60_000;
      health.begin();
      health.ended(0, BROKEN, true, true);
    }
    expect(changes.map((line) => line.split(' ')[1])).toEqual([
      '2000',
      '4000',
      '8000',
      '16000',
      '32000',
      '60000',
      '60000',
    ]);
  });

  test.each([
    [
      'a trial that is cut off by its client',
      (health: EndpointHealth) => health.ended(0, undefined, true, true),
    ],
    ['a trial that had no connection', (health: EndpointHealth) => health.abandoned()],
    [
      'a trial that is told to slow down',
      (health: EndpointHealth) => health.ended(503, undefined, true, true),
    ],
  ])('not by %s: the next is one too', (_name, end) => {
    const { health, clock } = healthOf();
    health.connectFailed('refused');
    clock.ms += 2_000;
    health.begin();
    end(health);
    expect([health.state, health.wantsTrial]).toEqual(['half-open', true]);
  });

  test('by a probe, where it could not be reached', () => {
    const { health, clock } = healthOf();
    health.connectFailed('refused');
    health.probed('refused');
    health.probed('refused');
    clock.ms += 2_000;
    expect([health.state, health.wantsTrial]).toEqual(['half-open', false]);
    health.probed(undefined);
    expect(health.state).toBe('slow-start');
  });

  test('not by a probe, where it answered errors', () => {
    const { health, clock, answered } = healthOf();
    for (let count = 0; count < 5; count++) answered(500);
    clock.ms += 2_000;
    health.probed(undefined);
    expect([health.state, health.wantsTrial]).toEqual(['half-open', true]);
  });

  test('and is left alone for longer, where it does not stay', () => {
    const { health, clock, changes, answered } = healthOf();
    health.connectFailed('refused');
    clock.ms += 2_000;
    health.begin();
    answered(200, true);
    health.connectFailed('refused');
    clock.ms += 4_000;
    health.begin();
    answered(200, true);
    clock.ms += 60_001;
    health.connectFailed('refused');
    expect(changes.filter((line) => line.startsWith('ejected'))).toEqual([
      'ejected 2000 refused',
      'ejected 4000 refused',
      'ejected 2000 refused',
    ]);
  });
});
