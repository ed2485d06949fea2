// Runs a suite once for each real store; on a machine without one its suite is skipped, and counted as such.
import { describe, inject } from 'vitest';
// For the type of what global-setup provides.
import type {} from './global-setup.ts';
import { type RunningStore, STORE_NAMES, type StoreName } from './running-store.ts';

const KINDS: Readonly<Record<StoreName, RunningStore['kind']>> = {
  minio: 'minio',
  ceph: 'ceph-rgw',
  embedded: 's3',
};

const ABSENT: Omit<RunningStore, 'name' | 'kind'> = {
  host: '127.0.0.1',
  port: 1,
  endpoint: 'http://127.0.0.1:1',
  region: 'us-east-1',
  accessKeyId: 'absent',
  secretAccessKey: 'absent',
  requestLog: '/dev/null',
  metricsUrl: undefined,
};

export function describeOnStore(name: StoreName, title: string, suite: (store: RunningStore) => void): void {
  const store = inject('stores')[name];
  describe.skipIf(store === undefined)(`${title} (${name})`, () =>
    suite(store ?? { ...ABSENT, name, kind: KINDS[name] }),
  );
}

export function describeOnEachStore(title: string, suite: (store: RunningStore) => void): void {
  for (const name of STORE_NAMES) describeOnStore(name, title, suite);
}
