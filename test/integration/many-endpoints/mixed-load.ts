// What backups do to a store, for many entities at once: blocks written, read back, looked for, listed and deleted.
import { createHash, randomBytes } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';

export interface LoadOutcome {
  /** Calls that were done. */
  done: number;
  /** Calls that failed, by name. */
  readonly failed: Map<string, number>;
  /** Answers that were not true: another body, a key that is missing, one that is there. */
  readonly wrong: string[];
}

const BLOCK_BYTES = 48 * 1024;

export function entityName(index: number): string {
  return `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
}

export function folderOf(index: number): string {
  return `Veeam/Backup/f/Clients/{${entityName(index)}}/0c0f7b2e-4b0c-4a39-9f0e-6a2d3c1b5e77/CloudStg/Data/`;
}

export class MixedLoad {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #running: Promise<unknown>;
  #stopped = false;
  #outcome: LoadOutcome = emptyOutcome();

  constructor(client: S3Client, bucket: string, entities: number) {
    this.#client = client;
    this.#bucket = bucket;
    this.#running = Promise.all(Array.from({ length: entities }, (_, index) => this.#backUp(index)));
  }

  /** What happened since the last time. */
  take(): LoadOutcome {
    const taken = this.#outcome;
    this.#outcome = emptyOutcome();
    return taken;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #backUp(entity: number): Promise<void> {
    for (let block = 0; !this.#stopped; block++) await this.#block(`${folderOf(entity)}${block}`);
  }

  /** A write that failed may have been done or not: nothing is said of that key any more. */
  async #block(Key: string): Promise<void> {
    const at = { Bucket: this.#bucket, Key };
    const Body = randomBytes(BLOCK_BYTES);
    const put = await this.#try('PUT', () => this.#client.send(new PutObjectCommand({ ...at, Body })));
    if (put === undefined) return;
    const [got, head, listed] = await Promise.all([
      this.#try('GET', async () => {
        const { Body: body } = await this.#client.send(new GetObjectCommand(at));
        return Buffer.from((await body?.transformToByteArray()) ?? []);
      }),
      this.#try('HEAD', () => this.#client.send(new HeadObjectCommand(at))),
      this.#try('LIST', () =>
        this.#client.send(new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: Key })),
      ),
    ]);
    if (got !== undefined && md5(got) !== md5(Body)) this.#outcome.wrong.push(`GET ${Key}: another body`);
    if (head !== undefined && head.ContentLength !== BLOCK_BYTES) this.#outcome.wrong.push(`HEAD ${Key}`);
    if (listed !== undefined && listed.Contents?.some((each) => each.Key === Key) !== true) {
      this.#outcome.wrong.push(`LIST ${Key}: not there`);
    }
    const gone = await this.#try('DELETE', () => this.#client.send(new DeleteObjectCommand(at)));
    if (gone === undefined) return;
    const after = await this.#try('LIST', () =>
      this.#client.send(new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: Key })),
    );
    if (after?.Contents?.some((each) => each.Key === Key) === true)
      this.#outcome.wrong.push(`LIST ${Key}: still there`);
  }

  /** An answer that says something else than "try again" is wrong. */
  async #try<T>(name: string, call: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await call();
      this.#outcome.done++;
      return result;
    } catch (error) {
      const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
      const status = $metadata?.httpStatusCode;
      if (status !== undefined && status < 500)
        this.#outcome.wrong.push(`${name}: ${status} ${String(error)}`);
      this.#outcome.failed.set(name, (this.#outcome.failed.get(name) ?? 0) + 1);
      return undefined;
    }
  }
}

function emptyOutcome(): LoadOutcome {
  return { done: 0, failed: new Map(), wrong: [] };
}

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex');
}
