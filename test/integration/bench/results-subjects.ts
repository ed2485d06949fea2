// What stands side by side in docs/bench-results.md, and how each is started for a run of its own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCeph } from '../../support/ceph-store.ts';
import { NOT_ASKED } from '../../support/embedded-store-fixture.ts';
import { GatewayProcess } from '../../support/gateway-process.ts';
import { findMinio, startMinio } from '../../support/minio-store.ts';
import type { StartedStore } from '../../support/running-store.ts';

export const SUBJECT_IDS = ['own-store', 'before-minio', 'before-ceph', 'minio', 'ceph'] as const;
export type SubjectId = (typeof SUBJECT_IDS)[number];

/** Where the bench finds it. */
export interface Subject {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** As a heading, and as a sentence. */
export const SUBJECTS: Readonly<Record<SubjectId, { readonly title: string; readonly is: string }>> = {
  'own-store': {
    title: 'gateway, own store',
    is: 'the gateway with its embedded store, as `npm start` runs it',
  },
  'before-minio': { title: 'gateway, MinIO', is: 'the gateway in front of MinIO, capacity from `minio`' },
  'before-ceph': { title: 'gateway, Ceph', is: 'the gateway in front of Ceph RGW, capacity from `ceph-rgw`' },
  minio: { title: 'MinIO', is: 'MinIO directly, with the SOSAPI of its own' },
  ceph: { title: 'Ceph', is: 'Ceph RGW directly, which has no SOSAPI' },
};

/** Starts it, lets it be used, and ends it whatever happens. */
export async function withSubject(id: SubjectId, use: (subject: Subject) => Promise<void>): Promise<void> {
  switch (id) {
    case 'own-store':
      return await withOwnStore(use);
    case 'minio':
      return await withStore(minio, ({ store }) => use(store));
    case 'ceph':
      return await withStore(startCeph, ({ store }) => use(store));
    case 'before-minio':
      return await withStore(minio, (started) => withGateway(started, { source: 'minio' }, use));
    case 'before-ceph':
      return await withStore(startCeph, (started) =>
        withGateway(started, { source: 'ceph-rgw', metrics: started.store.metricsUrl }, use),
      );
  }
}

async function minio(): Promise<StartedStore> {
  const program = await findMinio();
  if (program === undefined) throw new Error('there is no MinIO here');
  return await startMinio(program);
}

async function withStore(
  start: () => Promise<StartedStore>,
  use: (started: StartedStore) => Promise<void>,
): Promise<void> {
  const started = await start();
  try {
    await use(started);
  } finally {
    await started.stop();
  }
}

async function withGateway(
  { store }: StartedStore,
  capacity: Readonly<Record<string, unknown>>,
  use: (subject: Subject) => Promise<void>,
): Promise<void> {
  await using gateway = await GatewayProcess.start({ store, capacity });
  await use({ endpoint: gateway.endpoint, ...gateway.credentials });
}

async function withOwnStore(use: (subject: Subject) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'results-'));
  try {
    const backend = { name: 'embedded', kind: 'embedded', dataDirectory: join(directory, 'data') };
    await using gateway = await GatewayProcess.start({ store: NOT_ASKED, config: { backends: [backend] } });
    await use({ endpoint: gateway.endpoint, ...gateway.credentials });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
