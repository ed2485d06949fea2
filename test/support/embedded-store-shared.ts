// The embedded store of a whole run, behind a relay that keeps the log of requests.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedStore } from './embedded-store.ts';
import { startRecordingRelay } from './recording-relay.ts';
import type { StartedStore } from './running-store.ts';

export async function startEmbedded(): Promise<StartedStore> {
  const directory = await mkdtemp(join(tmpdir(), 'embedded-'));
  const requestLog = join(directory, 'requests.log');
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    const store = await EmbeddedStore.start({ dataDirectory: join(directory, 'data') });
    const relay = await startRecordingRelay(store, requestLog);
    return {
      store: {
        name: 'embedded',
        kind: 's3',
        host: store.host,
        port: relay.port,
        endpoint: `http://${store.host}:${relay.port}`,
        region: 'us-east-1',
        ...store.credentials,
        requestLog,
        metricsUrl: undefined,
      },
      async stop() {
        await relay.close();
        // Every run also shows that it ends in good order.
        await store.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
