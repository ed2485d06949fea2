// What the schema cannot say: rules between keys. Works on a tree with holes, where the schema found problems.
import { Secret } from '../secret.ts';
import { checkBackends } from './cross-check-backend.ts';
import { eachRepeated, type Notes, type PartialTree } from './partial-tree.ts';
import { belongTogether } from './pem-leaf.ts';

export function crossCheck(tree: PartialTree, notes: Notes): void {
  checkListeners(tree, notes);
  checkBackends(tree, notes);
  checkBuckets(tree, notes);
  checkCredentials(tree, notes);
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

function checkBuckets(tree: PartialTree, { problem, warning }: Notes): void {
  const backends = tree.backends ?? [];
  const names = backends.map((backend) => backend?.name);
  if (tree.buckets === undefined && backends.length > 1) {
    problem(['buckets'], `expected a list of rules, as there are ${backends.length} backends, found nothing`);
  }
  const rules = tree.buckets ?? [];
  for (const [index, rule] of rules.entries()) {
    const isUnknown = rule?.backend !== undefined && !names.includes(rule.backend);
    if (isUnknown && backends.length > 0 && !names.includes(undefined)) {
      const message = `expected a backend (${names.join(', ')}), found ${JSON.stringify(rule.backend)}`;
      problem(['buckets', index, 'backend'], message);
    }
    const hiding = rules
      .slice(0, index)
      .findIndex((earlier) => earlier?.match === '*' || earlier?.match === rule?.match);
    if (rule?.match !== undefined && hiding !== -1) {
      warning(['buckets', index], `never counts: buckets[${hiding}] matches all of it first`);
    }
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
