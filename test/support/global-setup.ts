// Starts the real stores once per run and ends them with it. Where one is missing the tests that need it are skipped,
// unless REQUIRE_STORES names it.
import type { TestProject } from 'vitest/node';
import { cephMissing, startCeph } from './ceph-store.ts';
import { startEmbedded } from './embedded-store-shared.ts';
import { findMinio, startMinio } from './minio-store.ts';
import { overSharedStores } from './over-shared-stores.ts';
import { killOwned } from './owned-process.ts';
import { type RunningStore, STORE_NAMES, type StartedStore, type StoreName } from './running-store.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly stores: Partial<Record<StoreName, RunningStore>>;
  }
}

async function startMinioIfAny(): Promise<StartedStore | string> {
  const program = await findMinio();
  return program === undefined
    ? 'minio (no MINIO_BIN, none on the PATH or in ~/go/bin, no Docker)'
    : await startMinio(program);
}

async function startCephIfAny(): Promise<StartedStore | string> {
  return (await cephMissing()) ?? (await startCeph());
}

function requiredStores(): readonly StoreName[] {
  const named = (process.env['REQUIRE_STORES'] ?? '').split(',').filter((name) => name !== '');
  for (const name of named) {
    if (!(STORE_NAMES as readonly string[]).includes(name)) {
      throw new Error(
        `REQUIRE_STORES=${named.join(',')}: unknown store "${name}", expected ${STORE_NAMES.join(', ')}`,
      );
    }
  }
  return named as StoreName[];
}

/** Whether any selected test file needs a store: a run of the unit tests alone must not wait for Ceph. */
async function storesNeeded(project: TestProject): Promise<boolean> {
  const filters = Reflect.get(project.vitest, 'filenamePattern') as string[] | undefined;
  const selected = await project.vitest.globTestSpecifications(filters);
  return selected.some(({ moduleId }) => overSharedStores(moduleId));
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const required = requiredStores();
  project.provide('stores', {});
  if (!(await storesNeeded(project))) return async () => {};

  const onSignal = () => {
    killOwned();
    process.exit(130);
  };
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);

  const attempts = await Promise.allSettled([startMinioIfAny(), startCephIfAny(), startEmbedded()]);
  const started: StartedStore[] = [];
  const missing: string[] = [];
  const failed: unknown[] = [];
  for (const attempt of attempts) {
    if (attempt.status === 'rejected') failed.push(attempt.reason);
    else if (typeof attempt.value === 'string') missing.push(attempt.value);
    else started.push(attempt.value);
  }
  const stop = async () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
    await Promise.all(started.map((each) => each.stop()));
  };

  const lacking = required.filter((name) => missing.some((reason) => reason.startsWith(name)));
  if (failed.length > 0 || lacking.length > 0) {
    await stop();
    throw failed[0] ?? new Error(`REQUIRE_STORES: ${missing.join('; ')} is missing`);
  }
  if (missing.length > 0) process.stdout.write(`not run, store missing: ${missing.join('; ')}\n`);
  project.provide('stores', Object.fromEntries(started.map(({ store }) => [store.name, store])));
  return stop;
}
