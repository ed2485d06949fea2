// A gateway with a store of its own and two buckets, and rehearsals to walk through.
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll } from 'vitest';
import type { Rehearsal } from '../../src/rehearse/rehearsal-options.ts';
import { startRehearsal } from '../../src/rehearse/rehearsal-server.ts';
import { Secret } from '../../src/secret.ts';
import { useGatewayWithOwnStore } from '../support/embedded-store-fixture.ts';
import type { WalkOptions } from './server-walker.ts';

const BUCKETS = ['walk-one', 'walk-two'] as const;
const USER = { userName: 'walker', password: 'of the walk' };

export interface WalkFixture {
  /** Starts another rehearsal, which ends with the suite. */
  start(revision: string): Promise<{ readonly rehearsal: Rehearsal; readonly options: WalkOptions }>;
}

/** Call inside a `describe`; from its first `beforeAll` after this on it can start rehearsals. */
export function useWalks(): WalkFixture {
  const at = useGatewayWithOwnStore();
  const started: Rehearsal[] = [];
  beforeAll(async () => {
    for (const Bucket of BUCKETS) {
      await at.client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
    }
  });
  afterAll(async () => {
    for (const rehearsal of started) await rehearsal.close();
  });
  return {
    async start(revision) {
      const rehearsal = await startRehearsal({
        port: 0,
        onePort: 0,
        host: '127.0.0.1',
        dataDirectory: undefined,
        userName: USER.userName,
        password: new Secret(USER.password),
        sessionPaceMs: 5,
      });
      started.push(rehearsal);
      const { host, credentials } = at.gateway;
      const store = { endpoint: `http://${host}`, ...credentials, buckets: BUCKETS };
      const { vbrUrl: url, certPem } = rehearsal;
      return { rehearsal, options: { url, certPem, ...USER, revision, store } };
    },
  };
}
