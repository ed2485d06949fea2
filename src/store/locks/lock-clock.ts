// The time by which locks are judged.

export interface LockClock {
  /** Whether a retention until that moment is over. */
  isOver(untilMs: number): boolean;
  /** Whether a retention until that moment would hold anything: it is ahead of the wall clock too. */
  isAhead(untilMs: number): boolean;
  /** The moment from which a bucket's default retention counts. */
  grantFromMs(): number;
}
