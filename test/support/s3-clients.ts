// Clients that are not ours, set up for the gateway or for the store itself.
import { randomBytes } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { Client as MinioClient } from 'minio';
import type { GatewayProcess } from './gateway-process.ts';
import type { RawCredentials } from './raw-sigv4.ts';
import type { RunningStore } from './running-store.ts';

interface Target {
  readonly endpoint: string;
  readonly credentials: RawCredentials;
}

export const VEEAM_USER_AGENT = 'APN/1.0 Veeam/1.0 Backup/10.0';

export function targetOf(to: GatewayProcess | RunningStore): Target {
  return 'kind' in to
    ? { endpoint: to.endpoint, credentials: to }
    : { endpoint: to.endpoint, credentials: to.credentials };
}

export interface SdkOptions extends S3ClientConfig {
  readonly ca?: string;
  readonly userAgent?: string;
}

/** The AWS SDK for JavaScript v3. Checksums only where an operation demands them, so that bodies come in one piece. */
export function sdk(
  to: GatewayProcess | RunningStore | Target,
  { ca, userAgent, ...config }: SdkOptions = {},
): S3Client {
  const { endpoint, credentials } = 'pid' in to || 'kind' in to ? targetOf(to) : to;
  const agent = { keepAlive: true, maxSockets: 128 };
  const client = new S3Client({
    endpoint,
    credentials: { accessKeyId: credentials.accessKeyId, secretAccessKey: credentials.secretAccessKey },
    region: 'us-east-1',
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // What the gateway answers must be seen, not retried away.
    maxAttempts: 1,
    requestHandler: {
      httpAgent: new HttpAgent(agent),
      httpsAgent: new HttpsAgent({ ...agent, ...(ca === undefined ? {} : { ca }) }),
    },
    ...config,
  });
  if (userAgent !== undefined) {
    client.middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers['user-agent'] = userAgent;
        return next(args);
      },
      { step: 'build', priority: 'low', name: 'userAgent' },
    );
  }
  return client;
}

/** MinIO's own client for JavaScript. */
export function minioClient(to: GatewayProcess | RunningStore): MinioClient {
  const { endpoint, credentials } = targetOf(to);
  const { hostname, port } = new URL(endpoint);
  return new MinioClient({
    endPoint: hostname,
    port: Number(port),
    useSSL: false,
    accessKey: credentials.accessKeyId,
    secretKey: credentials.secretAccessKey,
    region: 'us-east-1',
    pathStyle: true,
  });
}

/** A bucket name that no other test has. */
export function bucketName(prefix: string): string {
  return `${prefix}-${randomBytes(5).toString('hex')}`;
}
