// What the checkpoint thread says after a round.
import { isBusy, isFull } from './sqlite-failure.ts';

export interface CheckpointAnswer {
  readonly failure:
    | {
        readonly message: string;
        /** Another round may do better: there was no room, or somebody was in the way. */
        readonly passing: boolean;
      }
    | undefined;
}

export function checkpointFailure(error: unknown): NonNullable<CheckpointAnswer['failure']> {
  const message = error instanceof Error ? error.message : String(error);
  return { message, passing: isFull(error) || isBusy(error) };
}
