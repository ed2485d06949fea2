// Asks the gateway and the store the same and compares: what S3 makes anew for each answer is left out, nothing else.
import type { S3Client } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { sha256 } from './bodies.ts';

interface SdkError {
  readonly name: string;
  readonly message: string;
  readonly $metadata: { readonly httpStatusCode?: number };
}

interface Answer {
  readonly [name: string]: unknown;
}

function isSdkError(error: unknown): error is SdkError {
  return error instanceof Error && '$metadata' in error;
}

async function plain(output: object): Promise<Answer> {
  const { $metadata, Body, ...rest } = output as {
    $metadata?: { httpStatusCode?: number };
    Body?: { transformToByteArray(): Promise<Uint8Array> };
  };
  const body = Body === undefined ? {} : { Body: sha256(await Body.transformToByteArray()) };
  return { status: $metadata?.httpStatusCode, ...rest, ...body };
}

/** The S3 error of a call that must fail. */
export async function errorOf(call: Promise<unknown>): Promise<{ code: string; status: number | undefined }> {
  try {
    await call;
  } catch (error) {
    if (!isSdkError(error)) throw error;
    return { code: error.name, status: error.$metadata.httpStatusCode };
  }
  throw new Error('the call succeeded');
}

/** A call's answer, or its S3 error, as plain data. */
export async function outcomeOf(call: Promise<object>): Promise<Answer> {
  try {
    return await plain(await call);
  } catch (error) {
    if (!isSdkError(error)) throw error;
    return { status: error.$metadata.httpStatusCode, code: error.name, message: error.message };
  }
}

/** Fails unless both answer alike; gives the answer. For calls that change nothing, or the same whether done once or twice. */
export async function expectSameAnswer(
  { client, direct }: { readonly client: S3Client; readonly direct: S3Client },
  ask: (of: S3Client) => Promise<object>,
): Promise<Answer> {
  const own = await outcomeOf(ask(direct));
  const through = await outcomeOf(ask(client));
  expect(through).toEqual(own);
  return through;
}
