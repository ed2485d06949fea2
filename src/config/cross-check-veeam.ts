// Rules between the keys of the Veeam servers.
import type { Notes, PartialTree } from './partial-tree.ts';
import type { ConfigPath } from './problem.ts';

interface PartialTrust {
  readonly fingerprint?: string | undefined;
  readonly ca?: string | undefined;
}

export function checkVeeam({ veeam }: PartialTree, notes: Notes): void {
  if (veeam === undefined) return;
  checkTrust(veeam, ['veeam'], notes);
  if (veeam.one !== undefined) checkTrust(veeam.one, ['veeam', 'one'], notes);
}

function checkTrust({ fingerprint, ca }: PartialTrust, path: ConfigPath, { problem }: Notes): void {
  if (fingerprint === undefined || ca === undefined) return;
  problem([...path, 'fingerprint'], 'expected either fingerprint or ca, found both');
}
