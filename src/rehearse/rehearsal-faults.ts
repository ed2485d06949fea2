// Faults that a test switches on. They are options of the constructor only: nothing over HTTP reaches them.

/** What a session that is about to start is. */
export interface SessionStart {
  readonly sessionType: string;
  readonly name: string;
}

export type SessionFault =
  /** It works until it is stopped or the server ends. */
  | { readonly kind: 'never-ends' }
  /** It does nothing and fails with this message. */
  | { readonly kind: 'fails'; readonly message: string };

/** Each is asked anew every time, so a test may switch it while the server runs. */
export interface RehearsalFaults {
  /** Whether refresh tokens are refused on both ports. */
  refusesRefresh?(): boolean;
  sessionFault?(start: SessionStart): SessionFault | undefined;
  /** Whether the request is answered with 500. `count` is 1 for the first one to this method and path (without the query). */
  breaks?(request: { readonly method: string; readonly path: string; readonly count: number }): boolean;
}
