// The rehearsal cannot start as it was asked to.

/** The message is one sentence that says what is wrong and what to do. */
export class StartRefusal extends Error {
  override readonly name = 'StartRefusal';
}
