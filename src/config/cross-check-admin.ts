// Rules between the admin listener, its logins and the addresses that they are on.
import { isIPv4 } from 'node:net';
import { eachRepeated, type Notes, type PartialTree } from './partial-tree.ts';

export function checkAdmin(tree: PartialTree, notes: Notes): void {
  checkPlace(tree, notes);
  const tokens = tree.admin?.tokens ?? [];
  const names = tokens.map((token, index) => ({
    path: ['admin', 'tokens', index, 'name'],
    name: token?.name,
  }));
  eachRepeated(names, ({ path }) =>
    notes.problem(path, 'expected a name of its own, found one that stands further up too'),
  );
  const hashes = tokens.map((token, index) => ({
    path: ['admin', 'tokens', index, 'hash'],
    name: token?.hash?.reveal(),
  }));
  eachRepeated(hashes, ({ path }) =>
    notes.problem(path, 'expected a token of its own, found the hash of one that stands further up too'),
  );
}

/** Whoever reaches an address of the network could read all, and tokens would cross it in the clear. */
function checkPlace({ listeners, admin }: PartialTree, { problem }: Notes): void {
  const place = listeners?.admin ?? {};
  if (place.host === undefined || isLoopback(place.host)) return;
  const missing = [
    // A hole is one that was complained about.
    ...('tls' in place ? [] : ['tls']),
    ...(admin?.tokens !== undefined && admin.tokens.length === 0 ? ['a token under admin.tokens'] : []),
  ];
  if (missing.length === 0) return;
  problem(
    ['listeners', 'admin', 'host'],
    `expected ${missing.join(' and ')} for an admin listener that is not on a loopback address, found none: add it, or listen on 127.0.0.1; listeners.health is for probes and Prometheus`,
  );
}

/** Names other than `localhost` are not looked up: they could be anything by the time of the start. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
