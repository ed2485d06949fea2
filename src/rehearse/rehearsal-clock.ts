// Time and randomness, which are parameters.

export interface RehearsalClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** A UUID in lower case. */
  newId(): string;
}
