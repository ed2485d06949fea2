// The buckets of a sequence of steps and what the steps do to them: all through the gateway, as a backup client does.
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { bodyOf } from '../../support/bodies.ts';
import type { GatewayProcess } from '../../support/gateway-process.ts';
import { bucketName } from '../../support/s3-clients.ts';

export const MIB = 1024 * 1024;

/** One thing that a client does, big enough that a miss of it shows in a comparison to 1 MiB. */
export interface Step {
  readonly does: string;
  run(scene: Scene): Promise<void>;
}

/** How the scene reaches the gateway now: another process after a restart. */
export interface Reach {
  readonly gateway: GatewayProcess;
  readonly client: S3Client;
}

export interface Part {
  readonly PartNumber: number;
  readonly ETag: string;
}

export class Scene {
  readonly plain = bucketName('truth-plain');
  readonly versioned = bucketName('truth-versioned');
  readonly locked = bucketName('truth-locked');
  /** Version ids and upload ids that a later step comes back to. */
  readonly #remembered = new Map<string, string>();
  /** By bucket: parts that another one took the place of. */
  readonly #replacedBytes = new Map<string, number>();
  /** By bucket: how far Used was off after an earlier step. */
  readonly #missedBytes = new Map<string, number>();
  readonly #reach: () => Reach;

  constructor(reach: () => Reach) {
    this.#reach = reach;
  }

  get buckets(): readonly string[] {
    return [this.plain, this.versioned, this.locked];
  }

  get client(): S3Client {
    return this.#reach().client;
  }

  get gateway(): GatewayProcess {
    return this.#reach().gateway;
  }

  async createBuckets(): Promise<void> {
    await this.client.send(new CreateBucketCommand({ Bucket: this.plain }));
    await this.client.send(new CreateBucketCommand({ Bucket: this.versioned }));
    await this.setVersioning('Enabled');
    await this.client.send(
      new CreateBucketCommand({ Bucket: this.locked, ObjectLockEnabledForBucket: true }),
    );
  }

  async setVersioning(Status: 'Enabled' | 'Suspended'): Promise<void> {
    const VersioningConfiguration = { Status };
    await this.client.send(
      new PutBucketVersioningCommand({ Bucket: this.versioned, VersioningConfiguration }),
    );
  }

  remember(name: string, id: string | undefined): void {
    if (id === undefined) throw new Error(`${name} has no id`);
    this.#remembered.set(name, id);
  }

  recall(name: string): string {
    const id = this.#remembered.get(name);
    if (id === undefined) throw new Error(`the step that makes ${name} did not succeed`);
    return id;
  }

  /** The version id is remembered under `as`. */
  async put(
    Bucket: string,
    Key: string,
    mebibytes: number,
    { as, ...more }: Partial<PutObjectCommandInput> & { readonly as?: string } = {},
  ): Promise<void> {
    const Body = bodyOf(`${Bucket}/${Key}/${mebibytes}`, mebibytes * MIB);
    const { VersionId } = await this.client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
    if (as !== undefined) this.remember(as, VersionId);
  }

  async begin(Bucket: string, Key: string, more: object = {}): Promise<void> {
    const { UploadId } = await this.client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
    this.remember(`upload ${Key}`, UploadId);
  }

  async part(Bucket: string, Key: string, PartNumber: number, mebibytes: number): Promise<Part> {
    const Body = bodyOf(`${Key}/${PartNumber}/${mebibytes}`, mebibytes * MIB);
    const UploadId = this.recall(`upload ${Key}`);
    const { ETag } = await this.client.send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }),
    );
    if (ETag === undefined) throw new Error('a part without an ETag');
    return { PartNumber, ETag };
  }

  async complete(Bucket: string, Key: string, Parts: readonly Part[]): Promise<void> {
    const UploadId = this.recall(`upload ${Key}`);
    const MultipartUpload = { Parts: [...Parts] };
    await this.client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }));
  }

  replacedPart(bucket: string, mebibytes: number): void {
    this.#replacedBytes.set(bucket, this.replacedBytes(bucket) + mebibytes * MIB);
  }

  /** Bytes of parts that were uploaded again: gone from every listing, whatever became of the upload. */
  replacedBytes(bucket: string): number {
    return this.#replacedBytes.get(bucket) ?? 0;
  }

  /** So that only the step fails that was missed, and not all that come after it. */
  missed(bucket: string, bytes: number): void {
    this.#missedBytes.set(bucket, bytes);
  }

  missedBytes(bucket: string): number {
    return this.#missedBytes.get(bucket) ?? 0;
  }

  async deleteBucket(Bucket: string): Promise<void> {
    await this.client.send(new DeleteBucketCommand({ Bucket }));
    this.#replacedBytes.delete(Bucket);
  }

  /** Deletes all versions, a page at a time in one call, and aborts all uploads. */
  async empty(Bucket: string): Promise<void> {
    const { Uploads = [] } = await this.client.send(new ListMultipartUploadsCommand({ Bucket }));
    for (const { Key, UploadId } of Uploads) {
      await this.client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    }
    const { Versions = [], DeleteMarkers = [] } = await this.client.send(
      new ListObjectVersionsCommand({ Bucket }),
    );
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    const { Errors } = await this.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Errors).toBeUndefined();
  }
}
