// Rules between the keys of the bucket rules, and between those and the backends.
import type { Notes, PartialTree } from './partial-tree.ts';
import type { ConfigPath } from './problem.ts';
import { reopenBytesOf } from './schema-bucket.ts';

type PartialRule = NonNullable<PartialTree['buckets']>[number];

export function checkBuckets(tree: PartialTree, notes: Notes): void {
  const { problem } = notes;
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
    if (rule?.match !== undefined) checkMatch(rule.match, rules.slice(0, index), ['buckets', index], notes);
    checkPool(rule, ['buckets', index], notes);
    checkGuard(rule, tree, ['buckets', index, 'guard'], notes);
  }
}

function checkMatch(
  match: string,
  earlier: readonly PartialRule[],
  path: ConfigPath,
  { problem, warning }: Notes,
): void {
  const same = earlier.findIndex((each) => each?.match === match);
  if (same !== -1) {
    problem([...path, 'match'], `expected each match once, found that of buckets[${same}] again: remove one`);
    return;
  }
  const hiding = earlier.findIndex((each) => each?.match === '*');
  if (hiding !== -1) warning(path, `never counts: buckets[${hiding}] matches all of it first`);
}

function checkPool(rule: PartialRule, path: ConfigPath, { warning }: Notes): void {
  if (rule?.pool !== true || rule.match === undefined || /[*?]/.test(rule.match)) return;
  warning([...path, 'pool'], 'has no effect: match names one bucket only');
}

function checkGuard(rule: PartialRule, tree: PartialTree, path: ConfigPath, notes: Notes): void {
  const { problem, warning } = notes;
  const { floor, reopen } = rule?.guard ?? {};
  if (floor === undefined) return;
  if (reopen !== undefined && reopen < floor) {
    problem([...path, 'reopen'], 'expected no less than floor, found less');
  }
  const quota = rule?.quota;
  if (quota !== undefined && quota <= floor) {
    problem([...path, 'floor'], 'expected less than quota, found no less: all new data would be refused');
  } else if (quota !== undefined && quota <= reopenBytesOf(floor, reopen)) {
    problem([...path, 'reopen'], 'expected less than quota, found no less: it would never open again');
  }
  const backend = tree.backends?.find((each) => each?.name === rule?.backend);
  if (backend?.kind === 's3' && backend.capacity === undefined) {
    warning(
      path,
      `has no effect: backend ${backend.name} has no capacity, so nothing is known to be available`,
    );
  }
}
