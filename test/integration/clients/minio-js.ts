// MinIO's client for JavaScript, which signs with code of its own.
import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { join } from 'node:path';
import { Client as MinioClient } from 'minio';
import { BIG, type ClientSetting, SMALL } from '../../support/client-setting.ts';
import { type Client, checkFiles, same } from './client.ts';
import { agentOptions } from './loopback-names.ts';

export const MINIO_JS: Client = {
  name: 'minio (npm)',
  id: 'minio-js',
  signer: 'its own',
  second: undefined,
  inProcess: true,
  async find() {
    const entry = import.meta.resolve('minio/package.json');
    return (JSON.parse(readFileSync(new URL(entry), 'utf8')) as { version: string }).version;
  },
  async use(setting: ClientSetting) {
    const { bucket, directory, source, tls, credentials } = setting;
    const agent = agentOptions(setting);
    const transportAgent = tls ? new HttpsAgent(agent) : new HttpAgent(agent);
    const client = new MinioClient({
      endPoint: setting.hostName,
      port: setting.port,
      useSSL: tls,
      accessKey: credentials.accessKeyId,
      secretKey: credentials.secretAccessKey,
      region: 'us-east-1',
      pathStyle: setting.addressing === 'path',
      partSize: 5 * 1024 * 1024,
      transportAgent,
    });
    try {
      await client.makeBucket(bucket, 'us-east-1');
      for (const name of [SMALL, BIG]) {
        await client.fPutObject(bucket, `data/${name}`, join(source, name));
        await client.fGetObject(bucket, `data/${name}`, join(directory, 'back', name));
      }
      await checkFiles(join(directory, 'back'));
      await client.copyObject(bucket, 'copy', `/${bucket}/data/${SMALL}`);
      same((await client.statObject(bucket, 'copy')).size, 1000, 'the copy');
      await client.removeObject(bucket, 'copy');
      const names: string[] = [];
      for await (const each of client.listObjectsV2(bucket, '', true)) {
        names.push((each as { name: string }).name);
      }
      same(names.sort(), [`data/${BIG}`, `data/${SMALL}`].sort(), 'the listing');
      await client.removeObjects(bucket, names);
      await client.removeBucket(bucket);
    } finally {
      transportAgent.destroy();
    }
  },
};
