// Where the bytes of a body go. A slice may be reused by its owner as soon as the sink is idle, and not before.

export interface BodySink {
  /**
   * Takes a slice; valid until the sink is idle. `roomBefore`: so many bytes in front of it, in the same memory, are of no use to
   * anybody any more, and a head may be written there; 0 where it is left out.
   */
  write(slice: Buffer, roomBefore?: number): void;
  /** Whether every slice taken so far may be used again. */
  readonly idle: boolean;
  /** Calls back once when that is so; never if the sink is gone. */
  whenIdle(callback: () => void): void;
  /** The body is complete. */
  end(): void;
  /** The body will not be completed: nothing that looks like its end may be sent. */
  abort(error: Error): void;
}
