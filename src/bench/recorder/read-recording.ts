// Reads a recording back; it may come from somebody else, so each line is looked at before it is believed.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { BenchRefusal } from '../runtime/bench-target.ts';
import { RECORDING_VERSION, type RecordedRequest, type RecordingHeader } from './recording-format.ts';

export interface Recording {
  readonly header: RecordingHeader;
  /** By the time at which they began. */
  readonly requests: readonly RecordedRequest[];
}

/** Rejects with BenchRefusal where the file cannot be read or is no recording of this version. */
export async function readRecording(path: string): Promise<Recording> {
  const requests: RecordedRequest[] = [];
  let header: RecordingHeader | undefined;
  let number = 0;
  const input = createReadStream(path, 'utf8');
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number++;
      if (line.trim() === '') continue;
      const value = parsed(line, path, number);
      if (header === undefined) header = headerIn(value, path);
      else requests.push(requestIn(value, path, number));
    }
  } catch (error) {
    if (error instanceof BenchRefusal) throw error;
    throw new BenchRefusal(`--recording "${path}" cannot be read: ${(error as Error).message}.`, {
      cause: error,
    });
  } finally {
    input.destroy();
  }
  if (header === undefined) throw new BenchRefusal(`--recording "${path}" is empty: bench record makes one.`);
  return { header, requests: requests.sort((one, other) => one.atMs - other.atMs) };
}

function parsed(line: string, path: string, number: number): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {}
  throw new BenchRefusal(
    `--recording "${path}", line ${number}, is no JSON object: bench record makes such files.`,
  );
}

function headerIn(value: Readonly<Record<string, unknown>>, path: string): RecordingHeader {
  if (value['kind'] !== 'recording') {
    throw new BenchRefusal(
      `--recording "${path}" does not begin as a recording does: bench record makes one.`,
    );
  }
  if (value['version'] !== RECORDING_VERSION) {
    throw new BenchRefusal(
      `--recording "${path}" has version ${String(value['version'])}, and only version ${RECORDING_VERSION} is known here.`,
    );
  }
  return value as unknown as RecordingHeader;
}

const isText = (value: unknown) => typeof value === 'string';
const isAmount = (value: unknown) => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isAbsentOr = (is: (value: unknown) => boolean) => (value: unknown) => value === undefined || is(value);
const isListOf = (is: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(is);
const isPair = (value: unknown) => Array.isArray(value) && isText(value[0]);
const isParameter = (value: unknown) => isPair(value) && isAbsentOr(isText)((value as unknown[])[1]);
const isShape = (value: unknown) =>
  typeof value === 'object' && value !== null && isText((value as { readonly root?: unknown }).root);

const FIELDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  kind: (value) => value === 'request',
  atMs: isAmount,
  connection: isAmount,
  method: isText,
  operation: isText,
  signed: isText,
  bucket: isAbsentOr(isText),
  key: isAbsentOr(isText),
  query: isListOf(isParameter),
  headers: isListOf(isPair),
  payload: isText,
  requestBytes: isAmount,
  body: isAbsentOr(isShape),
  status: isAbsentOr(isAmount),
  code: isAbsentOr(isText),
  version: isAbsentOr(isText),
  tookMs: isAmount,
};

function requestIn(value: Readonly<Record<string, unknown>>, path: string, number: number): RecordedRequest {
  for (const [name, is] of Object.entries(FIELDS)) {
    if (is(value[name])) continue;
    throw new BenchRefusal(
      `--recording "${path}", line ${number}: "${name}" is not as a recording has it; it was changed or cut.`,
    );
  }
  return value as unknown as RecordedRequest;
}
