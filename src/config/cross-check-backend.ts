// Rules between the keys of one backend, and between backends.
import { isIP } from 'node:net';
import { sep } from 'node:path';
import { checkCapacity } from './cross-check-capacity.ts';
import {
  eachRepeated,
  type Notes,
  type PartialBackend,
  type PartialEmbedded,
  type PartialRemote,
  type PartialTree,
} from './partial-tree.ts';
import type { ConfigPath } from './problem.ts';

export function checkBackends(tree: PartialTree, notes: Notes): void {
  const backends = tree.backends ?? [];
  const names = backends.map((backend, index) => ({
    path: ['backends', index, 'name'],
    name: backend?.name,
  }));
  eachRepeated(names, ({ path, name }) =>
    notes.problem(path, `expected a name of its own, found ${name} again`),
  );
  for (const [index, backend] of backends.entries()) {
    const path = ['backends', index];
    if (isEmbedded(backend)) {
      checkCreateBuckets(backend, path, notes);
      checkDirectory(backend, backends.slice(0, index), path, notes);
    } else {
      checkEndpoints(backend, path, notes);
      checkHealth(backend, path, notes);
      checkCapacity(backend, [...path, 'capacity'], notes);
    }
  }
}

function checkCreateBuckets({ createBuckets = [] }: PartialEmbedded, path: ConfigPath, notes: Notes): void {
  const names = createBuckets.map((name, index) => ({ path: [...path, 'createBuckets', index], name }));
  eachRepeated(names, ({ path, name }) =>
    notes.problem(path, `expected each bucket once, found ${name} again`),
  );
}

/** Nor one inside the other: a store clears away what it finds in its directories and does not know. */
function checkDirectory(
  { dataDirectory }: PartialEmbedded,
  earlier: readonly PartialBackend[],
  path: ConfigPath,
  { problem }: Notes,
): void {
  for (const other of earlier) {
    const taken = isEmbedded(other) ? other.dataDirectory : undefined;
    if (dataDirectory === undefined || taken === undefined) continue;
    if (!isWithin(dataDirectory, taken) && !isWithin(taken, dataDirectory)) continue;
    const found = `${dataDirectory} beside ${taken} of backend ${other?.name}`;
    problem([...path, 'dataDirectory'], `expected a directory of its own, found ${found}`);
    return;
  }
}

function isEmbedded(backend: PartialBackend): backend is PartialEmbedded & object {
  return backend?.kind === 'embedded';
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith(sep) ? directory : `${directory}${sep}`);
}

function checkEndpoints(backend: PartialRemote, path: ConfigPath, { problem, warning }: Notes): void {
  const endpoints = (backend?.endpoints ?? []).map((endpoint, index) => ({
    path: [...path, 'endpoints', index],
    name: endpoint && `${endpoint.protocol}://${endpoint.authority}`,
  }));
  eachRepeated(endpoints, ({ path, name }) =>
    problem(path, `expected each endpoint once, found ${name} again`),
  );
  if (backend?.tls !== undefined && backend.endpoints?.every((endpoint) => endpoint?.protocol === 'http')) {
    warning([...path, 'tls'], 'has no effect: no endpoint is https');
  }
}

function checkHealth(backend: PartialRemote, path: ConfigPath, { problem, warning }: Notes): void {
  const { interval, timeout } = backend?.health ?? {};
  if (interval !== undefined && timeout !== undefined && timeout > interval) {
    problem(
      [...path, 'health', 'timeout'],
      `expected no more than the interval of ${interval}ms, found ${timeout}ms`,
    );
  }
  const [only, another] = backend?.endpoints ?? [];
  const isAlone = another === undefined && only?.host !== undefined && isIP(only.host) !== 0;
  if (isAlone && backend?.balancing === 'entity') {
    warning([...path, 'balancing'], 'has no effect: there is one endpoint');
  }
}
