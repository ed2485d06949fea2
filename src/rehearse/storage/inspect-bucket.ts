// Looks at a bucket as Veeam does when a repository is added or rescanned.
import type { LogStatus } from '../sessions/session-record.ts';
import type { StorageCapacity } from '../state/repository-record.ts';
import type { S3Answer, S3Connection, S3Request } from './s3-connection.ts';
import { CAPACITY_KEY, readCapacity, readSystem, SYSTEM_KEY } from './sosapi-documents.ts';
import { StorageFailure } from './storage-failure.ts';
import { childOf, textAt, xmlRoot } from './xml-document.ts';

/** Writes a line into the log of the session; a warning makes the session end with one. */
export type Say = (status: LogStatus, title: string) => void;

export interface Inspection {
  readonly isSosapi: boolean;
  readonly modelName: string | undefined;
  readonly capacity: StorageCapacity | undefined;
}

/** Rejects with StorageFailure where Veeam would not take the bucket. */
export async function inspectBucket(
  connection: S3Connection,
  bucket: string,
  options: { readonly isImmutable: boolean; readonly say: Say; readonly signal: AbortSignal },
): Promise<Inspection> {
  const { isImmutable, say, signal } = options;
  const ask = (call: Omit<S3Request, 'bucket' | 'method'>) =>
    connection.send({ method: 'GET', bucket, ...call }, signal);
  if (connection.isPlain) {
    say('Warning', `${connection.origin} is asked over plain HTTP: Veeam itself insists on HTTPS`);
  }
  await connection.send({ method: 'HEAD', bucket }, signal);
  // HEAD has no body that says why, so it is this answer that counts.
  expectOk(await ask({ query: { location: '' } }), `The bucket ${bucket} cannot be used`);
  say('Succeeded', `Connected to the bucket ${bucket} at ${connection.origin}`);
  const versioning = expectOk(
    await ask({ query: { versioning: '' } }),
    'The versioning state cannot be read',
  );
  const lock = await ask({ query: { 'object-lock': '' } });
  if (isImmutable) {
    requireImmutability(bucket, versioning, lock);
    say('Succeeded', `The bucket ${bucket} has object lock and versioning, without a default retention`);
  }
  return await inspectSosapi(connection, bucket, say, signal);
}

/** Only whether the bucket still answers. Rejects with StorageFailure. */
export async function checkBucket(
  connection: S3Connection,
  bucket: string,
  signal: AbortSignal,
): Promise<void> {
  const answer = await connection.send({ method: 'GET', bucket, query: { location: '' } }, signal);
  expectOk(answer, `The bucket ${bucket} cannot be used`);
}

/** Reads `capacity.xml` alone, as the regular look does. Rejects with StorageFailure where it is not there. */
export async function pollCapacity(
  connection: S3Connection,
  bucket: string,
  signal: AbortSignal,
): Promise<StorageCapacity> {
  const answer = await connection.send({ method: 'GET', bucket, key: CAPACITY_KEY }, signal);
  const reading = readCapacity(expectOk(answer, 'capacity.xml cannot be read').body);
  if (reading.kind === 'unusable')
    throw new StorageFailure(`capacity.xml cannot be used: ${reading.reason}.`);
  return reading.capacity;
}

async function inspectSosapi(
  connection: S3Connection,
  bucket: string,
  say: Say,
  signal: AbortSignal,
): Promise<Inspection> {
  const plain: Inspection = { isSosapi: false, modelName: undefined, capacity: undefined };
  const answer = await connection.send({ method: 'GET', bucket, key: SYSTEM_KEY }, signal);
  if (answer.status === 404) {
    say(
      'None',
      'The storage has no system.xml: it is S3-compatible without SOSAPI, and its capacity is not known',
    );
    return plain;
  }
  const system = readSystem(expectOk(answer, 'system.xml cannot be read').body);
  if (system.kind === 'unusable') {
    say('Warning', `system.xml cannot be used: ${system.reason}`);
    return plain;
  }
  const found: Inspection = { isSosapi: true, modelName: system.modelName, capacity: undefined };
  say('Succeeded', `The storage speaks SOSAPI; its model is ${system.modelName || 'not named'}`);
  if (!system.hasCapacity) return found;
  const document = await connection.send({ method: 'GET', bucket, key: CAPACITY_KEY }, signal);
  if (document.status !== 200) {
    say('Warning', `capacity.xml cannot be read: ${reasonOf(document)}`);
    return found;
  }
  const reading = readCapacity(document.body);
  if (reading.kind === 'unusable') {
    say('Warning', `capacity.xml cannot be used: ${reading.reason}`);
    return found;
  }
  const { capacityBytes, availableBytes, usedBytes } = reading.capacity;
  say('Succeeded', `capacity.xml: ${capacityBytes} bytes, ${availableBytes} available, ${usedBytes} used`);
  if (reading.doubt !== undefined) say('Warning', `capacity.xml is doubtful: ${reading.doubt}`);
  return { ...found, capacity: reading.capacity };
}

function requireImmutability(bucket: string, versioning: S3Answer, lock: S3Answer): void {
  if (lock.status === 404) {
    throw new StorageFailure(`Immutability cannot be used: the bucket ${bucket} has no object lock.`);
  }
  expectOk(lock, 'The object lock state cannot be read');
  const root = xmlRoot(lock.body, 'ObjectLockConfiguration');
  if (textAt(root, 'ObjectLockEnabled') !== 'Enabled') {
    throw new StorageFailure(`Immutability cannot be used: the bucket ${bucket} has no object lock.`);
  }
  if (childOf(root, 'Rule') !== undefined) {
    throw new StorageFailure(
      `Immutability cannot be used: the bucket ${bucket} has a default retention, which is not supported.`,
    );
  }
  if (textAt(xmlRoot(versioning.body, 'VersioningConfiguration'), 'Status') !== 'Enabled') {
    throw new StorageFailure(`Immutability cannot be used: the bucket ${bucket} has no versioning.`);
  }
}

export function expectOk(answer: S3Answer, what: string): S3Answer {
  if (answer.status === 200) return answer;
  throw new StorageFailure(`${what}: ${reasonOf(answer)}.`);
}

function reasonOf({ status, body }: S3Answer): string {
  const root = xmlRoot(body, 'Error');
  const code = textAt(root, 'Code');
  const message = textAt(root, 'Message');
  return code === undefined
    ? `the store answered with status ${status}`
    : `the store answered ${code} (${status})${message === undefined ? '' : `, "${message.replace(/\.$/, '')}"`}`;
}
