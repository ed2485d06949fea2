// What must hold of the certificate of an endpoint, as sentences on what does not.
import type { Handshake } from './tls-probe.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const DAYS_LEFT = 30;

export function certificateFaults(
  { chainError, nameError, validToMs }: Pick<Handshake, 'chainError' | 'nameError' | 'validToMs'>,
  nowMs: number,
): readonly string[] {
  const faults: string[] = [];
  if (chainError !== undefined)
    faults.push(`The chain of the certificate is not trusted here (${chainError}).`);
  if (nameError !== undefined) faults.push(`The certificate is not for the name: ${nameError}.`);
  if (validToMs === undefined) return [...faults, 'The certificate does not say when it ends.'];
  const days = Math.floor((validToMs - nowMs) / DAY_MS);
  if (validToMs <= nowMs) faults.push(`The certificate ended ${new Date(validToMs).toISOString()}.`);
  else if (days < DAYS_LEFT) faults.push(`The certificate ends in ${days} days.`);
  return faults;
}
