// What the schema cannot say: rules between keys. Works on a tree with holes, where the schema found problems.
import { Secret } from '../secret.ts';
import { checkBackends } from './cross-check-backend.ts';
import { checkBuckets } from './cross-check-buckets.ts';
import { checkVeeam } from './cross-check-veeam.ts';
import { eachRepeated, type Notes, type PartialTree } from './partial-tree.ts';
import { belongTogether } from './pem-leaf.ts';

export function crossCheck(tree: PartialTree, notes: Notes): void {
  checkListeners(tree, notes);
  checkBackends(tree, notes);
  checkBuckets(tree, notes);
  checkCredentials(tree, notes);
  checkThresholds(tree, notes);
  checkStateDirectory(tree, notes);
  checkVeeam(tree, notes);
}

function checkListeners(tree: PartialTree, { problem }: Notes): void {
  const s3 = tree.listeners?.s3 ?? [];
  for (const [index, listener] of s3.entries()) {
    const { cert, key } = listener?.tls ?? {};
    if (cert !== undefined && key instanceof Secret && !belongTogether(cert, key)) {
      const message = 'expected the private key of the certificate in cert, found another key';
      problem(['listeners', 's3', index, 'tls', 'key'], message);
    }
  }
  const places = [
    ...s3.map((listener, index) => ({ listener, path: ['listeners', 's3', index] })),
    { listener: tree.listeners?.admin, path: ['listeners', 'admin'] },
  ].map(({ listener, path }) => ({
    path,
    name: listener?.port ? `${listener.host}:${listener.port}` : undefined,
  }));
  eachRepeated(places, ({ path, name }) =>
    problem(path, `expected an address of its own, found ${name} again`),
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

function checkCredentials(tree: PartialTree, { problem, warning }: Notes): void {
  const credentials = tree.credentials ?? [];
  const ids = credentials.map((credential, index) => ({
    path: ['credentials', index, 'accessKeyId'],
    name: credential?.accessKeyId,
  }));
  eachRepeated(ids, ({ path }) =>
    problem(path, 'expected an id of its own, found one that stands further up too'),
  );
  for (const [index, credential] of credentials.entries()) {
    if (credential?.bypassGovernance && credential.access === 'read-only') {
      warning(['credentials', index, 'bypassGovernance'], 'has no effect: access is read-only');
    }
  }
}
