// How far the clock of the bench is ahead of the working store's, when it runs against broken ones.

/**
 * Locks of the bench last some seconds from its own now. With many runs at a time a machine may take longer for a case;
 * so the clock is ahead by a minute, and the locks last so much longer. Nobody waits for them: the store is thrown away.
 */
export const AHEAD_MS = 60_000;
