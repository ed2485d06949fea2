// The name of one life of a gateway.
import type { RunName } from './peer-message.ts';

/** `startedAtMs`: milliseconds since 1970. `random`: at least 10 bytes. Later ones sort behind earlier ones. */
export function createRunName(startedAtMs: number, random: Uint8Array): RunName {
  const started = Math.max(0, Math.trunc(startedAtMs)).toString(36).padStart(9, '0').slice(-9);
  const rest = BigInt(`0x${Buffer.from(random).toString('hex')}`)
    .toString(36)
    .padStart(15, '0')
    .slice(-15);
  return started + rest;
}
