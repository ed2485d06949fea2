// Credentials in a file of their own, which another tool renames into place while the gateway serves.
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { NOT_ASKED } from '../../support/embedded-store-fixture.ts';
import { GatewayProcess, type LogLine } from '../../support/gateway-process.ts';
import { sdk } from '../../support/s3-clients.ts';
import { waitFor } from '../../support/wait.ts';

const BUCKET = 'veeam-keys';
const SECRETS = { FILEKEY1: 'secret-of-the-first', FILEKEY2: 'secret-of-the-second' } as const;
type Key = keyof typeof SECRETS;

describe.each([1, 2])('%i workers', (workers) => {
  test('a new one counts from then on, and one that is wrong changes nothing', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'credentials-file-'));
    const file = join(directory, 'credentials.yaml');
    const write = async (text: string): Promise<void> => {
      await writeFile(`${file}.new`, text, { mode: 0o600 });
      await rename(`${file}.new`, file);
    };
    const entry = (key: Key, id: string = key) =>
      `- { accessKeyId: ${id}, secretAccessKey: ${SECRETS[key]}, access: read-only }\n`;
    await write(entry('FILEKEY1'));
    const gateway = await GatewayProcess.start({
      store: NOT_ASKED,
      config: {
        workers,
        backends: [
          {
            name: 'embedded',
            kind: 'embedded',
            dataDirectory: join(directory, 'data'),
            createBuckets: [BUCKET],
          },
        ],
        buckets: [{ match: '*', backend: 'embedded' }],
        credentialsFile: file,
      },
    });
    /** Whether the gateway takes the key: the names of its errors are those of S3. */
    const answer = async (accessKeyId: string, secretAccessKey: string): Promise<string> => {
      const client = sdk({ endpoint: gateway.endpoint, credentials: { accessKeyId, secretAccessKey } });
      try {
        await client.send(new ListObjectsV2Command({ Bucket: BUCKET }));
        return 'ok';
      } catch (error) {
        return (error as Error).name;
      } finally {
        client.destroy();
      }
    };
    const own = gateway.credentials;
    const all = async () => [
      await answer('FILEKEY1', SECRETS.FILEKEY1),
      await answer('FILEKEY2', SECRETS.FILEKEY2),
      await answer(own.accessKeyId, own.secretAccessKey),
    ];
    const said = (heard: number, isMeant: (line: LogLine) => boolean) =>
      waitFor(() => gateway.logs().slice(heard).find(isMeant), { what: 'the reload', timeoutMs: 20_000 });
    try {
      expect(await all()).toEqual(['ok', 'InvalidAccessKeyId', 'ok']);

      let heard = gateway.logs().length;
      await write(entry('FILEKEY2'));
      await said(heard, ({ msg }) => msg === 'the config has changed and is served from now on');
      expect(await all()).toEqual(['InvalidAccessKeyId', 'ok', 'ok']);

      heard = gateway.logs().length;
      await write(entry('FILEKEY2') + entry('FILEKEY1', own.accessKeyId));
      const { problem } = await said(heard, (line) => line['problem'] !== undefined);
      expect(problem).toContain(`${file}:2 [1].accessKeyId: expected an id of its own, found the one of `);
      expect(problem).toMatch(/gateway\.yaml:\d+ credentials\[0\] again$/);
      expect(await all()).toEqual(['InvalidAccessKeyId', 'ok', 'ok']);

      heard = gateway.logs().length;
      await write('');
      const emptied = await said(heard, (line) => line['problem'] !== undefined);
      expect(emptied['problem']).toBe(`${file}: expected a list of at least one, found nothing`);
      expect(await all()).toEqual(['InvalidAccessKeyId', 'ok', 'ok']);
      expect(gateway.output()).not.toContain(SECRETS.FILEKEY1);
    } finally {
      await gateway.stop();
      await rm(directory, { recursive: true, force: true });
    }
  });
});
