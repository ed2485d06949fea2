// When new data is refused because little is available: closed under a floor, open again well above it.

export interface GuardLevels {
  /** Closes when less than this is available. */
  readonly floorBytes: bigint;
  /** Opens again when at least this is available; never less than the floor. */
  readonly reopenBytes: bigint;
}

export type GuardState = 'open' | 'closed';

export interface Guard {
  /**
   * Takes what is available now and gives the state. Undefined, where that is not known, leaves the state as it is: a
   * store that does not answer for a while is no reason to refuse backups, nor to fill one that was full.
   */
  observe(availableBytes: bigint | undefined): GuardState;
}

/** Begins open. Between the levels the state stays, so that one deletion does not open it for one upload. Throws RangeError. */
export function createGuard({ floorBytes, reopenBytes }: GuardLevels): Guard {
  if (floorBytes < 0n || reopenBytes < floorBytes) {
    throw new RangeError(`a guard cannot close under ${floorBytes} bytes and open at ${reopenBytes}`);
  }
  let state: GuardState = 'open';
  return {
    observe(availableBytes) {
      if (availableBytes === undefined) return state;
      if (availableBytes < floorBytes) state = 'closed';
      else if (availableBytes >= reopenBytes) state = 'open';
      return state;
    },
  };
}
