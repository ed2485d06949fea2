// design.md, "Who may import whom", as data and checks. Each check gives one line a violation.
import type { Import, SourceFile } from './import-graph.ts';

/** What a room may import of ours: a room, one file of it, or either as types only. */
type Grant = string | { readonly types: string };

const PORTS: readonly Grant[] = [
  'access',
  'backend',
  'capacity',
  'gateway',
  'http1',
  's3',
  'sigv4',
  'sosapi',
  'store',
].map((types) => ({ types }));

const MAY_IMPORT: Readonly<Record<string, readonly Grant[] | 'everything'>> = {
  secret: [],
  http1: [],
  s3: ['http1'],
  sigv4: ['s3', 'http1', 'secret'],
  access: ['s3', 'sigv4', 'secret'],
  capacity: ['secret'],
  sosapi: ['s3', 'capacity/capacity.ts'],
  backend: ['http1', 's3', 'sigv4', { types: 'access' }, 'secret'],
  gateway: [
    'http1',
    's3',
    'sigv4',
    'access',
    'sosapi',
    'backend/backend.ts',
    { types: 'capacity/ledger/usage-change.ts' },
  ],
  store: ['http1', 's3', 'sigv4', 'secret'],
  telemetry: PORTS,
  admin: PORTS,
  veeam: ['secret'],
  peers: ['secret', { types: 'capacity/ledger/usage-change.ts' }],
  rehearse: ['secret', 'veeam'],
  bench: [],
  config: ['secret'],
  serve: 'everything',
  cli: 'everything',
};

const LIBRARIES: readonly { readonly name: RegExp; readonly rooms: readonly string[] }[] = [
  { name: /^(fastify|@fastify\/.+)$/, rooms: ['admin/', 'rehearse/'] },
  { name: /^(pino|prom-client)(\/.+)?$/, rooms: ['telemetry/'] },
  { name: /^@(aws-sdk|smithy)\/.+$/, rooms: ['capacity/providers/', 'bench/', 'rehearse/'] },
  { name: /^fast-xml-parser$/, rooms: ['s3/', 'bench/', 'rehearse/'] },
  { name: /^hash-wasm$/, rooms: ['s3/'] },
  { name: /^yaml$/, rooms: ['config/'] },
  { name: /^typebox(\/.+)?$/, rooms: ['config/', 'admin/', 'veeam/', 'rehearse/'] },
  { name: /^(@peculiar\/x509|reflect-metadata)$/, rooms: ['rehearse/'] },
  { name: /^@opentelemetry\/.+$/, rooms: ['telemetry/'] },
];

const PURE_ROOMS = ['s3', 'sigv4'];
const SOCKETS = /^node:(net|tls|http|https|http2|dgram|dns|fs|timers)(\/.*)?$/;
const CLOCK = /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bsetTimeout\(|\bsetInterval\(/;
const MAX_LINES = 400;

function roomOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : path.replace(/\.ts$/, '');
}

function grants(grant: Grant, target: string, typeOnly: boolean): boolean {
  const wanted = typeof grant === 'string' ? grant : grant.types;
  const covers = wanted.endsWith('.ts') ? wanted === target : wanted === roomOf(target);
  return covers && (typeof grant === 'string' || typeOnly);
}

function importViolation(file: SourceFile, imported: Import): string | undefined {
  const room = roomOf(file.path);
  const { specifier, file: target } = imported;
  if (target === undefined) {
    if (specifier.startsWith('node:')) {
      const impure = PURE_ROOMS.includes(room) && SOCKETS.test(specifier);
      return impure ? `${file.path}: ${room} is pure and may not import ${specifier}` : undefined;
    }
    const library = LIBRARIES.find(({ name }) => name.test(specifier));
    if (library === undefined) return `${file.path}: no room may import the library ${specifier}`;
    return library.rooms.some((allowed) => file.path.startsWith(allowed))
      ? undefined
      : `${file.path}: ${specifier} lives in ${library.rooms.join(', ')}`;
  }
  if (roomOf(target) === room) return undefined;
  const allowed = MAY_IMPORT[room];
  if (allowed === undefined) return `${file.path}: the room ${room} is not in the table`;
  if (allowed === 'everything' || allowed.some((grant) => grants(grant, target, imported.typeOnly)))
    return undefined;
  return `${file.path}: ${room} may not import ${target}${imported.typeOnly ? '' : ' (as a value)'}`;
}

export function importViolations(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => file.imports.flatMap((imported) => importViolation(file, imported) ?? []));
}

/** Circles, types included: a circle of types is a circle for whoever reads. */
export function importCircles(files: readonly SourceFile[]): readonly string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) circles.push([...trail.slice(at), path].join(' -> '));
    if (at >= 0 || done.has(path)) return;
    for (const { file } of byPath.get(path)?.imports ?? []) {
      if (file !== undefined) visit(file, [...trail, path]);
    }
    done.add(path);
  };
  for (const { path } of files) visit(path, []);
  return circles;
}

export function formViolations(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, text }) => {
    const code = text.replace(/^\s*(\/\/|\/?\*).*$/gm, '').trim();
    const statements = code.replace(/export\s+(type\s+)?(\*|\{[^}]*\})[^;]*?from\s+'[^']+';?/g, '').trim();
    const lines = text.split('\n').length - 1;
    return [
      /^export default\b/m.test(code) ? [`${path}: default export`] : [],
      code !== '' && statements === '' ? [`${path}: a barrel`] : [],
      /(^|\/)(utils?|helpers?|common|misc)\.ts$/.test(path) ? [`${path}: a name that says nothing`] : [],
      /^[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(path.slice(path.lastIndexOf('/') + 1))
        ? []
        : [`${path}: not kebab-case`],
      lines > MAX_LINES ? [`${path}: ${lines} lines, at most ${MAX_LINES}`] : [],
      PURE_ROOMS.includes(roomOf(path)) && CLOCK.test(code) ? [`${path}: reads a clock`] : [],
    ].flat();
  });
}
