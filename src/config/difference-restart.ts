// Which settings cannot change while the gateway runs. docs/reload.md has the same list, checked by a test.
import type { Difference } from './difference.ts';
import type { ConfigDescription } from './difference-description.ts';

/** A kind of settings that only a restart changes. */
export interface FixedSetting {
  /** The path as documents write it. */
  readonly shown: string;
  /** In one sentence's half: why. */
  readonly why: string;
  readonly matches: (difference: Difference, of: Described) => boolean;
}

/** Both configs. */
export interface Described {
  readonly before: ConfigDescription;
  readonly after: ConfigDescription;
}

const at =
  (pattern: RegExp): FixedSetting['matches'] =>
  ({ path }) =>
    pattern.test(path);

export const FIXED_SETTINGS: readonly FixedSetting[] = [
  {
    shown: 'listeners.s3[].host, listeners.s3[].port',
    why: 'a listener is bound once',
    matches: at(/^listeners\.s3\[\d+\]\.(?:host|port)$/),
  },
  {
    shown: 'listeners.s3[].tls, listeners.admin.tls, where it comes or goes',
    why: 'a listener speaks TLS or does not',
    matches: ({ path, before, after }) =>
      /^listeners\.(?:s3\[\d+\]|admin)\.tls\.cert$/.test(path) &&
      (before === undefined || after === undefined),
  },
  {
    shown: 'listeners.admin.host, listeners.admin.port',
    why: 'a listener is bound once',
    matches: at(/^listeners\.admin\.(?:host|port)$/),
  },
  {
    shown: 'listeners.health',
    why: 'a listener is bound once',
    matches: at(/^listeners\.health\./),
  },
  {
    shown: 'peers',
    why: 'the other gateways hold a connection to this run of it',
    matches: at(/^peers\./),
  },
  { shown: 'audit', why: 'its file is open and its lines are chained', matches: at(/^audit\./) },
  { shown: 'tracing', why: 'what sends traces is set up at the start', matches: at(/^tracing\./) },
  { shown: 'workers', why: 'processes are started with the gateway', matches: at(/^workers$/) },
  { shown: 'stateDirectory', why: 'its files are open', matches: at(/^stateDirectory$/) },
  { shown: 'capacity.history', why: 'its tables are laid out for it', matches: at(/^capacity\.history$/) },
  {
    shown: 'backends[], an embedded one that comes, goes, or changes in any key but its name',
    why: 'its store is a process with its directory locked',
    matches: ({ path }, described) => {
      const [, backend] = /^(backends\[.*?\])\.(?!name$)/.exec(path) ?? [];
      return backend !== undefined && isEmbedded(backend, described);
    },
  },
  {
    shown: 'region, with an embedded backend',
    why: 'its store is a process that was started with it',
    matches: ({ path }, { before }) =>
      path === 'region' && [...before].some(([key, value]) => isKind(key) && value === 'embedded'),
  },
];

/** Of these differences the ones that only a restart brings about, each with the reason. */
export function restartNeeded(
  differences: readonly Difference[],
  described: Described,
): readonly { readonly path: string; readonly why: string }[] {
  return differences.flatMap((difference) => {
    const fixed = FIXED_SETTINGS.find(({ matches }) => matches(difference, described));
    return fixed === undefined ? [] : [{ path: difference.path, why: fixed.why }];
  });
}

function isEmbedded(backend: string, { before, after }: Described): boolean {
  const kind = `${backend}.kind`;
  return before.get(kind) === 'embedded' || after.get(kind) === 'embedded';
}

function isKind(path: string): boolean {
  return /^backends\[.*\]\.kind$/.test(path);
}
