// What the schema cannot say: rules between keys. Works on a tree with holes, where the schema found problems.
import { checkAdmin } from './cross-check-admin.ts';
import { checkAudit } from './cross-check-audit.ts';
import { checkBackends } from './cross-check-backend.ts';
import { checkBuckets } from './cross-check-buckets.ts';
import { checkListenerTls } from './cross-check-listener-tls.ts';
import { checkPeers } from './cross-check-peers.ts';
import { checkVeeam } from './cross-check-veeam.ts';
import { eachRepeated, type Notes, type PartialTree } from './partial-tree.ts';

export function crossCheck(tree: PartialTree, notes: Notes): void {
  checkListeners(tree, notes);
  checkBackends(tree, notes);
  checkSomeCredentials(tree, notes);
  checkBuckets(tree, notes);
  checkThresholds(tree, notes);
  checkStateDirectory(tree, notes);
  checkAdmin(tree, notes);
  checkAudit(tree, notes);
  checkPeers(tree, notes);
  checkVeeam(tree, notes);
}

function checkListeners(tree: PartialTree, notes: Notes): void {
  const listeners = [
    ...(tree.listeners?.s3 ?? []).map((listener, index) => ({ listener, path: ['listeners', 's3', index] })),
    { listener: tree.listeners?.admin, path: ['listeners', 'admin'] },
    { listener: tree.listeners?.health, path: ['listeners', 'health'] },
  ];
  for (const { listener, path } of listeners) {
    if (listener === undefined || !('tls' in listener) || listener.tls === undefined) continue;
    checkListenerTls(listener.tls, [...path, 'tls'], notes);
  }
  const places = listeners.map(({ listener, path }) => ({
    path,
    name: listener?.port ? `${listener.host}:${listener.port}` : undefined,
  }));
  eachRepeated(places, ({ path, name }) =>
    notes.problem(path, `expected an address of its own, found ${name} again`),
  );
}

function checkThresholds(tree: PartialTree, { problem }: Notes): void {
  const thresholds = tree.capacity?.thresholds ?? [];
  for (const [index, percent] of thresholds.entries()) {
    const before = thresholds[index - 1];
    if (percent === undefined || before === undefined || percent > before) continue;
    problem(
      ['capacity', 'thresholds', index],
      `expected more than the ${before} before it, found ${percent}: they ascend, each once`,
    );
  }
}

function checkStateDirectory(tree: PartialTree, { problem }: Notes): void {
  for (const backend of tree.backends ?? []) {
    if (backend?.kind !== 'embedded' || backend.dataDirectory === undefined) continue;
    if (backend.dataDirectory !== tree.stateDirectory) continue;
    const found = `${tree.stateDirectory} of backend ${backend.name}`;
    problem(['stateDirectory'], `expected a directory of its own, found ${found}`);
  }
}

function checkSomeCredentials(
  { credentials, credentialsFile }: PartialTree,
  { problem, isKnown }: Notes,
): void {
  if (credentials !== undefined || credentialsFile !== undefined || isKnown(['credentialsFile'])) return;
  problem(['credentials'], 'expected a list of at least one, or credentialsFile, found nothing');
}
