import { describe, expect, it } from 'vitest';
import { createWallLockClock } from '../../../../src/store/locks/wall-lock-clock.ts';

const DAY = 86_400_000;
const NOON = Date.UTC(2026, 10, 21, 12);

/** A machine with a clock that can be set, and a database that outlives the process. */
class Machine {
  wallMs = NOON;
  monotonicMs = 5;
  highestMs = 0;

  pass(ms: number): void {
    this.wallMs += ms;
    this.monotonicMs += ms;
  }

  start() {
    return createWallLockClock({
      wallClock: () => this.wallMs,
      monotonic: () => this.monotonicMs,
      highestTimeMs: () => this.highestMs,
      noteTime: (ms) => {
        this.highestMs = Math.max(this.highestMs, ms);
      },
    });
  }
}

describe('the lock clock', () => {
  it('ends a retention when its time has come, to the millisecond', () => {
    const machine = new Machine();
    const clock = machine.start();
    expect(clock.isOver(NOON + DAY)).toBe(false);
    machine.pass(DAY - 1);
    expect(clock.isOver(NOON + DAY)).toBe(false);
    machine.pass(1);
    expect(clock.isOver(NOON + DAY)).toBe(true);
  });

  it('is not hurried by a clock that is set forward while it runs', () => {
    const machine = new Machine();
    const clock = machine.start();
    machine.wallMs += 400 * DAY;
    expect(clock.isOver(NOON + DAY)).toBe(false);
    machine.pass(DAY - 1);
    expect(clock.isOver(NOON + DAY)).toBe(false);
    machine.pass(1);
    expect(clock.isOver(NOON + DAY)).toBe(true);
  });

  it('waits with a clock that is set back', () => {
    const machine = new Machine();
    const clock = machine.start();
    machine.pass(2 * DAY);
    machine.wallMs -= 2 * DAY;
    expect(clock.isOver(NOON + DAY)).toBe(false);
    machine.pass(DAY);
    expect(clock.isOver(NOON + DAY)).toBe(true);
  });

  it('grants default retention from the highest time there was, when the clock is set back', () => {
    const machine = new Machine();
    const clock = machine.start();
    expect(clock.grantFromMs()).toBe(NOON);
    machine.pass(DAY);
    expect(clock.grantFromMs()).toBe(NOON + DAY);
    machine.wallMs -= 300 * DAY;
    expect(clock.grantFromMs()).toBe(NOON + DAY);
  });

  it('grants from the highest time after a restart with a clock that is behind', () => {
    const machine = new Machine();
    machine.pass(DAY);
    machine.start().grantFromMs();
    machine.wallMs = 0;
    machine.monotonicMs = 1;
    const clock = machine.start();
    expect(clock.grantFromMs()).toBe(NOON + DAY);
    expect(clock.isOver(1)).toBe(false);
  });

  it('takes no retention that is over already by a clock that was behind at the start', () => {
    const machine = new Machine();
    machine.wallMs = 0;
    const clock = machine.start();
    machine.wallMs = NOON;
    expect(clock.isAhead(NOON - DAY)).toBe(false);
    expect(clock.isAhead(NOON)).toBe(false);
    expect(clock.isAhead(NOON + 1)).toBe(true);
    expect(clock.isOver(NOON - DAY)).toBe(false);
  });

  it('forgets a clock that was set far ahead for a moment', () => {
    const machine = new Machine();
    const clock = machine.start();
    machine.wallMs += 4000 * DAY;
    expect(clock.grantFromMs()).toBe(NOON + 4000 * DAY);
    machine.wallMs -= 4000 * DAY;
    machine.pass(DAY);
    expect(clock.grantFromMs()).toBe(NOON + DAY);
  });

  it('believes the clock at a start', () => {
    const machine = new Machine();
    machine.start();
    machine.wallMs += 2 * DAY;
    expect(machine.start().isOver(NOON + DAY)).toBe(true);
  });
});
