// A recorded request as a call of the replay: its own keys, versions and bodies in the recorded shape.
import type { PayloadMode, S3Call } from '../bench-context.ts';
import { seededBytes } from '../runtime/seeded-bytes.ts';
import type { RecordedRequest } from './recording-format.ts';
import { isOfSosapi } from './replay-plan.ts';
import type { ReplayState, WrittenVersion } from './replay-state.ts';

export interface CallSetting {
  readonly prefix: string;
  readonly state: ReplayState;
  readonly maxLockSeconds: number;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** Place in the recording: the seed of its body. */
  readonly index: number;
  /** Of a multi-delete: whether nothing needs this key later. */
  readonly isFree: (key: string) => boolean;
}

export interface ReplayCall {
  readonly call: S3Call;
  /** What it locks is locked until then, where it succeeds. Milliseconds since 1970. */
  readonly lockUntilMs?: number;
  /** The version that it names, or the latest of its key. */
  readonly version?: WrittenVersion;
}

/** The reason where it cannot be made. */
export function replayCall(request: RecordedRequest, setting: CallSetting): ReplayCall | string {
  const { prefix, state } = setting;
  const { key, operation } = request;
  const query = queryOf(request, setting);
  if (typeof query === 'string') return query;
  const named = request.query.find(([name]) => name === 'versionId')?.[1];
  const version =
    key === undefined ? undefined : named === undefined ? state.latest(key) : state.version(key, named);
  const lockUntilMs = lockOf(request, setting);
  const told = valuesOf(request);
  const body = bodyOf(request, setting, lockUntilMs);
  const call: S3Call = {
    method: request.method as S3Call['method'],
    ...(request.bucket === undefined ? { bucket: '' } : {}),
    ...(key === undefined ? {} : { key: isOfSosapi(key) ? key : prefix + key }),
    query,
    headers: headersOf(told, operation === 'PutObject' ? lockUntilMs : undefined),
    ...(body === undefined ? {} : { body }),
    ...(request.signed === 'no' ? { anonymous: true } : {}),
    variant: { payload: payloadOf(request, told) },
  };
  return {
    call,
    ...(lockUntilMs === undefined ? {} : { lockUntilMs }),
    ...(version === undefined ? {} : { version }),
  };
}

type Told = ReadonlyMap<string, string | number | true | undefined>;

function valuesOf({ headers }: RecordedRequest): Told {
  return new Map(headers.map(([name, value]) => [name.toLowerCase(), value]));
}

/** Repeated as recorded. Locks, conditions and checksums have their own rules. */
const REPEATED = ['content-type', 'range', 'user-agent', 'expect', 'x-amz-storage-class'];

function headersOf(told: Told, lockUntilMs: number | undefined): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of REPEATED) {
    const value = told.get(name);
    if (typeof value === 'string' && value !== 'other') headers[name] = value;
  }
  if (told.has('if-none-match')) headers['if-none-match'] = '*';
  if (told.has('x-amz-bypass-governance-retention')) headers['x-amz-bypass-governance-retention'] = 'true';
  const mode = told.get('x-amz-object-lock-mode');
  if (typeof mode === 'string') headers['x-amz-object-lock-mode'] = mode;
  if (lockUntilMs !== undefined) {
    headers['x-amz-object-lock-retain-until-date'] = new Date(lockUntilMs).toISOString();
  } else if (told.has('x-amz-object-lock-retain-until-date')) {
    headers['x-amz-object-lock-retain-until-date'] = 'not-a-date';
  }
  return headers;
}

/** Locks of a replay are short, or nothing of it could be deleted in its end. */
function lockOf(
  request: RecordedRequest,
  { maxLockSeconds, nowMs }: Pick<CallSetting, 'maxLockSeconds' | 'nowMs'>,
): number | undefined {
  if (request.operation === 'PutObjectRetention') return nowMs + maxLockSeconds * 1000;
  const seconds = valuesOf(request).get('x-amz-object-lock-retain-until-date');
  return typeof seconds === 'number' ? nowMs + Math.min(seconds, maxLockSeconds) * 1000 : undefined;
}

function payloadOf({ payload }: RecordedRequest, told: Told): PayloadMode {
  if (payload.startsWith('STREAMING-AWS4') && !payload.endsWith('-TRAILER')) return 'aws-chunked';
  // Trailing checksums are not made here: what comes nearest has the checksum in the head.
  if (payload.startsWith('STREAMING-')) return 'checksum-sha256';
  if ([...told.keys()].some((name) => name.startsWith('x-amz-checksum-'))) return 'checksum-sha256';
  if (payload === 'UNSIGNED-PAYLOAD') return told.has('content-md5') ? 'content-md5' : 'unsigned';
  return 'sha256';
}

function bodyOf(
  request: RecordedRequest,
  setting: CallSetting,
  lockUntilMs: number | undefined,
): Buffer | string | undefined {
  switch (request.operation) {
    case 'PutObject': {
      const decoded = valuesOf(request).get('x-amz-decoded-content-length');
      const bytes = typeof decoded === 'number' ? decoded : request.requestBytes;
      return seededBytes(bytes, `replay ${setting.index}`);
    }
    case 'PutObjectRetention': {
      const date = new Date(lockUntilMs ?? setting.nowMs).toISOString();
      return `<Retention${namespaceOf(request)}><Mode>COMPLIANCE</Mode><RetainUntilDate>${date}</RetainUntilDate></Retention>`;
    }
    case 'DeleteObjects':
      return multiDelete(request, setting);
    default:
      return undefined;
  }
}

/** Which keys were deleted is not recorded: the oldest that nothing needs, then such as are not there. */
function multiDelete(request: RecordedRequest, { prefix, state, nowMs, index, isFree }: CallSetting): string {
  const { objects = 0, quiet = false } = request.body ?? {};
  const taken = state.take(objects, (each) => isFree(each.key) && state.lockedUntilMs(each) < nowMs);
  const made = Array.from({ length: objects - taken.length }, (_, i) => `${prefix}not-there/${index}-${i}`);
  const items = [
    ...taken.map(({ key, versionId }) => element(prefix + key, versionId)),
    ...made.map((key) => element(key, undefined)),
  ];
  const quietElement = quiet ? '<Quiet>true</Quiet>' : '';
  return `<Delete${namespaceOf(request)}>${quietElement}${items.join('')}</Delete>`;
}

function element(key: string, versionId: string | undefined): string {
  const version = versionId === undefined ? '' : `<VersionId>${escaped(versionId)}</VersionId>`;
  return `<Object><Key>${escaped(key)}</Key>${version}</Object>`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\0-\x1f]/g, (char) => `&#${char.charCodeAt(0)};`);
}

function namespaceOf({ body }: RecordedRequest): string {
  return body?.hasNamespace === false ? '' : ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
}

function queryOf(
  request: RecordedRequest,
  { prefix, state }: Pick<CallSetting, 'prefix' | 'state'>,
): NonNullable<S3Call['query']> | string {
  const next = state.nextOf(request);
  const query: [string, string?][] = [];
  for (const [name, value] of request.query) {
    const mapped = parameterOf(name, value, request, { prefix, state, next });
    if (typeof mapped === 'string') return mapped;
    query.push(...mapped);
  }
  const isList = request.operation.startsWith('List') && request.bucket !== undefined;
  if (isList && !request.query.some(([name]) => name === 'prefix')) query.push(['prefix', prefix]);
  return query;
}

/** Parameters that mean something by their name alone. */
const WITHOUT_VALUE = [
  ...['retention', 'legal-hold', 'versions', 'uploads', 'delete'],
  ...['versioning', 'object-lock', 'lifecycle', 'location'],
];

type Pairs = readonly [string, string?][];

function parameterOf(
  name: string,
  value: string | undefined,
  { key = '' }: RecordedRequest,
  known: Pick<CallSetting, 'prefix' | 'state'> & { readonly next: Readonly<Record<string, string>> },
): Pairs | string {
  const { prefix, state, next } = known;
  switch (name) {
    case 'prefix':
    case 'marker':
    case 'start-after':
      return [[name, isOfSosapi(value ?? '') ? (value ?? '') : prefix + (value ?? '')]];
    case 'versionId': {
      if (value === undefined || value === 'null') return [[name, value ?? '']];
      const versionId = state.version(key, value)?.versionId;
      return versionId === undefined ? 'the replay got no such version from the store' : [[name, versionId]];
    }
    case 'key-marker':
      return [[name, next[name] ?? prefix + (value ?? '')]];
    case 'version-id-marker':
      return next[name] === undefined ? [] : [[name, next[name]]];
    case 'continuation-token':
      return next[name] === undefined ? 'the list of the replay had no next page' : [[name, next[name]]];
    case '(other)':
      return 'a parameter of its query is not recorded';
    default:
      if (value !== undefined) return [[name, value]];
      // Of the others, it is the value that says something, and that is not recorded.
      return WITHOUT_VALUE.includes(name) ? [[name]] : [];
  }
}
