// Many small objects and some larger ones, written and read back and compared, until there were enough and somebody says stop.
import { randomBytes } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { RawConnection } from '../../support/raw-http.ts';
import { requestBytes, signed } from '../../support/raw-sigv4.ts';
import { inputFor, type RawTarget } from '../../support/raw-target.ts';
import { waitFor } from '../../support/wait.ts';

export interface TransferOptions {
  readonly bucket: string;
  /** Clients of the SDK, and such that sign and send by themselves, which cost this machine little. None of them retries. */
  readonly sdk: { readonly client: S3Client; readonly count: number };
  readonly raw: { readonly target: RawTarget; readonly count: number };
  /** So many are done, whenever it is told to end. */
  readonly least: number;
}

interface Caller extends AsyncDisposable {
  put(key: string, body: Buffer): Promise<void>;
  get(key: string): Promise<Uint8Array | undefined>;
}

/** More than any buffer of the proxy holds. */
const LARGE_BYTES = 700_000;
const SMALL_BYTES = 6_000;
const MOST_WRONG = 100;

export class Transfers {
  /** Uploads and downloads that went well. */
  done = 0;
  /** What was not as it must be, in words. */
  readonly wrong: string[] = [];
  readonly #options: TransferOptions;
  readonly #ended: Promise<unknown>;
  #isStopped = false;

  constructor(options: TransferOptions) {
    const { bucket, sdk, raw } = options;
    this.#options = options;
    const callers = [
      ...Array.from({ length: sdk.count }, () => async () => sdkCaller(sdk.client, bucket)),
      ...Array.from({ length: raw.count }, () => () => rawCaller(raw.target, bucket)),
    ];
    this.#ended = Promise.all(callers.map((open, index) => this.#run(open, `client-${index}`)));
  }

  /** Resolves when some more were done. */
  async goOn(what: string): Promise<void> {
    const before = this.done;
    await waitFor(() => this.done > before + 50, { what: `transfers to go on ${what}` });
  }

  async end(): Promise<void> {
    this.#isStopped = true;
    await this.#ended;
  }

  async #run(open: () => Promise<Caller>, name: string): Promise<void> {
    let caller = await open();
    for (let turn = 0; !this.#isStopped || this.done < this.#options.least; turn++) {
      if (this.wrong.length > MOST_WRONG) break;
      const body = randomBytes(turn % 25 === 0 ? LARGE_BYTES : SMALL_BYTES + (turn % 100));
      // Each key is written over a few times, by whichever gateway is next.
      const key = `${name}/${turn % 300}`;
      try {
        await caller.put(key, body);
        this.done += 1;
        const read = await caller.get(key);
        if (read === undefined || !body.equals(read)) this.wrong.push(`${key}: other bytes`);
        else this.done += 1;
      } catch (error) {
        this.wrong.push(`${key}: ${String(error)}`);
        await caller[Symbol.asyncDispose]();
        caller = await open();
      }
    }
    await caller[Symbol.asyncDispose]();
  }
}

function sdkCaller(client: S3Client, Bucket: string): Caller {
  return {
    async put(Key, Body) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body }));
    },
    async get(Key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return await Body?.transformToByteArray();
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** On one connection that is kept. */
async function rawCaller(target: RawTarget, bucket: string): Promise<Caller> {
  const connection = await RawConnection.open({ host: target.hostName, port: target.port });
  async function ask(method: string, key: string, body?: Buffer): Promise<Buffer> {
    const input = inputFor(target, { method, target: `/${bucket}/${key}`, ...(body && { body }) });
    await connection.send(requestBytes(signed(input)));
    const answer = await connection.answer(method);
    if (answer.status !== 200 || answer.truncated) {
      throw new Error(`${method}: ${answer.status}${answer.truncated ? ', cut off' : ''} ${answer.body}`);
    }
    return answer.body;
  }
  return {
    async put(key, body) {
      await ask('PUT', key, body);
    },
    get: (key) => ask('GET', key),
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}
