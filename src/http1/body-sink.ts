// Where the bytes of a body go. A slice may be reused by its owner as soon as the sink is idle, and not before.

export interface BodySink {
  /** Takes a slice; valid until the sink is idle. */
  write(slice: Buffer): void;
  /** Whether everything taken so far has left this process. */
  readonly idle: boolean;
  /** Calls back once when everything taken so far has left; never if the sink is gone. */
  whenIdle(callback: () => void): void;
  /** The body is complete. */
  end(): void;
  /** The body will not be completed: nothing that looks like its end may be sent. */
  abort(error: Error): void;
}
