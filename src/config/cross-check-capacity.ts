// Rules between the sources of one store's capacity, and between those and the store.
import type { Notes, PartialRemote } from './partial-tree.ts';
import type { ConfigPath } from './problem.ts';

type Sources = NonNullable<NonNullable<PartialRemote>['capacity']>;
type Source = Exclude<Sources, readonly unknown[]> | undefined;
type Kind = NonNullable<PartialRemote>['kind'];
type SourceName = NonNullable<NonNullable<Source>['source']>;

interface Placed {
  readonly path: ConfigPath;
  readonly source: Source;
}

/** The numbers that capacity.xml is made of. */
const NUMBERS = ['total', 'free', 'used'] as const;

type Told = (typeof NUMBERS)[number];

export function checkCapacity(backend: PartialRemote, path: ConfigPath, notes: Notes): void {
  const { kind, capacity } = backend ?? {};
  if (capacity === undefined) {
    if (kind === 'ceph-rgw') notes.problem(path, CEPH_NEEDS_METRICS);
    return;
  }
  const placed: readonly Placed[] = isList(capacity)
    ? capacity.map((source, index) => ({ path: [...path, index], source }))
    : [{ path, source: capacity }];
  for (const each of placed) {
    checkKind(each, kind, notes);
    checkStatic(each, notes);
    checkPrometheus(each, notes);
  }
  const [first] = placed;
  if (first !== undefined) checkPace(first, notes);
  checkNumbers(placed, path, notes);
}

/** Array.isArray does not tell a readonly list from a map. */
function isList(capacity: Sources): capacity is readonly Source[] {
  return Array.isArray(capacity);
}

/** A source whose calls are those of one kind of store alone; all others fit every kind. */
const KIND_OF: Readonly<Partial<Record<SourceName, Kind>>> = { minio: 'minio', 'ceph-rgw': 'ceph-rgw' };

function checkKind({ path, source: said }: Placed, kind: Kind, { problem }: Notes): void {
  const needed = said?.source === undefined ? undefined : KIND_OF[said.source];
  if (kind === undefined || needed === undefined || needed === kind) return;
  const message = `expected a source that fits kind ${kind}, found ${needed}, which asks a store of kind ${needed}`;
  problem([...path, 'source'], message);
}

function checkStatic({ path, source }: Placed, { problem }: Notes): void {
  if (source?.source !== 'static') return;
  const { capacity: total, used } = source;
  const isOverfull = total !== undefined && used !== undefined && used > total;
  if (isOverfull) problem([...path, 'used'], 'expected no more than capacity, found more');
}

function checkPrometheus({ path, source }: Placed, { problem }: Notes): void {
  if (source?.source !== 'prometheus') return;
  const { token, user, password } = source;
  if ((user === undefined) !== (password === undefined)) {
    const missing = user === undefined ? 'user' : 'password';
    problem([...path, missing], 'expected user and password together, found one of them');
  }
  if (token !== undefined && user !== undefined) {
    problem([...path, 'token'], 'expected either token or user and password, found both');
  }
}

function checkPace({ path, source }: Placed, { problem }: Notes): void {
  const { maxAge, refresh } = source ?? {};
  const isStale = maxAge !== undefined && refresh !== undefined && maxAge < refresh;
  if (isStale) problem([...path, 'maxAge'], 'expected no less than refresh, found less');
}

function checkNumbers(placed: readonly Placed[], path: ConfigPath, { problem }: Notes): void {
  const told = new Set(placed.flatMap(({ source }) => toldBy(source)));
  const missing = NUMBERS.filter((number) => !told.has(number));
  if (missing.length === 0) return;
  const found = placed.map(({ source }) => source?.source).join(', ');
  const message = `expected sources that together tell total, free and used, found none for ${missing.join(' and ')} in ${found}`;
  problem(path, message);
}

/** Where something is missing that is complained about elsewhere: everything. */
function toldBy(source: Source): readonly Told[] {
  switch (source?.source) {
    case 'filesystem':
      return ['total', 'free'];
    case 's3-walk':
      return ['used'];
    case 'prometheus':
      return NUMBERS.filter((number) => source[number] !== undefined);
    default:
      return NUMBERS;
  }
}

const CEPH_NEEDS_METRICS =
  "expected { source: ceph-rgw, metrics: URL of the manager's Prometheus page } or another source for kind ceph-rgw, found nothing";
