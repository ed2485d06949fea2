// One config file in, one frozen GatewayConfig out, or a ConfigError with everything that is wrong.
import { buildConfig } from './build.ts';
import { readCredentialsFile } from './credentials-file.ts';
import { crossCheck } from './cross-check.ts';
import { checkCredentials, type PlacedCredential } from './cross-check-credentials.ts';
import { type ReadFile, readBeside, readFileFromDisk, reasonOf, resolveBeside } from './files.ts';
import { deepFreeze } from './freeze.ts';
import type { GatewayConfig } from './gateway-config.ts';
import type { FileFound } from './leaf.ts';
import { nodeOf } from './node.ts';
import type { Notes, PartialTree } from './partial-tree.ts';
import {
  ConfigError,
  type ConfigPath,
  type ConfigProblem,
  type Finding,
  formatPath,
  formatPlace,
  isAtOrUnder,
} from './problem.ts';
import { type GatewayTree, gatewaySchema } from './schema.ts';
import { type Reading, settle } from './settle.ts';
import { readYaml } from './yaml-text.ts';

export interface ConfigInput {
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile?: ReadFile;
}

export interface LoadedConfig {
  readonly config: GatewayConfig;
  /** The same in the shape of the file, to be described and compared. */
  readonly tree: GatewayTree;
  /** What works but is probably not meant, such as a secret that everyone may read. */
  readonly warnings: readonly ConfigProblem[];
}

export function loadConfig({ file, env, readFile = readFileFromDisk }: ConfigInput): LoadedConfig {
  return readConfig(readConfigFile(file, readFile), { file, env, readFile });
}

function readConfigFile(file: string, readFile: ReadFile): FileFound {
  try {
    return readFile(file);
  } catch (error) {
    const message = `expected the config file, found ${reasonOf(error)}`;
    throw new ConfigError(file, [{ path: '', message }]);
  }
}

/** The same for a text that is at hand; `input.file` says what to call it and where relative names stand. */
export function parseConfig(text: string, input: ConfigInput): LoadedConfig {
  return readConfig({ text, isWorldReadable: false }, input);
}

function readConfig(found: FileFound, { file, env, readFile = readFileFromDisk }: ConfigInput): LoadedConfig {
  const yaml = readYaml(found.text);
  if (yaml.brokenAt.length > 0) {
    throw new ConfigError(
      file,
      yaml.brokenAt.map((problem) => ({ path: '', ...problem })),
    );
  }
  const source = {
    env,
    readFile: readBeside(file, readFile),
    resolvePath: resolveBeside(file),
    isConfigWorldReadable: found.isWorldReadable,
  };
  const reading: Reading = { source, problems: [...yaml.problems], warnings: [] };
  // An empty file lacks every required key; that says more than "found nothing".
  const settled = settle(nodeOf(gatewaySchema), yaml.value ?? {}, [], reading) as PartialTree | undefined;
  const named = settled?.credentialsFile;
  const more =
    named === undefined
      ? undefined
      : readCredentialsFile({ path: named, env, resolvePath: source.resolvePath, readFile }, reading);
  const locate = (finding: Finding): ConfigProblem => {
    const elsewhere = more?.locate(finding);
    if (elsewhere !== undefined) return elsewhere;
    const line = yaml.lineOf(finding.path);
    return {
      path: formatPath(finding.path),
      ...(line === undefined ? {} : { line }),
      message: finding.message,
    };
  };
  const credentials = [...placedIn(settled), ...(more?.placed ?? [])];
  if (settled !== undefined) {
    const notes = notesOf(reading);
    crossCheck(settled, notes);
    checkCredentials(credentials, (path) => formatPlace(file, locate({ path, message: '' })), notes);
  }
  const { problems } = reading;
  if (problems.length > 0) throw new ConfigError(file, problems.map(locate).sort(byPlace));
  const tree = {
    ...settled,
    credentials: credentials.map(({ credential }) => credential),
  } as GatewayTree;
  return deepFreeze({
    config: buildConfig(tree, source),
    tree,
    warnings: reading.warnings.map(locate),
  });
}

function placedIn(tree: PartialTree | undefined): readonly PlacedCredential[] {
  return (tree?.credentials ?? []).map((credential, index) => ({
    credential,
    path: ['credentials', index],
  }));
}

/** A hole in the tree was complained about where it was found; what follows from it is not worth a second line. */
function notesOf(reading: Reading): Notes {
  const isKnown = (path: ConfigPath) => reading.problems.some((problem) => isAtOrUnder(problem.path, path));
  return {
    isKnown,
    problem: (path, message) => {
      if (!isKnown(path)) reading.problems.push({ path, message });
    },
    warning: (path, message) => reading.warnings.push({ path, message }),
  };
}

/** The config first, then the file that it names. */
function byPlace(a: ConfigProblem, b: ConfigProblem): number {
  return (a.file ?? '').localeCompare(b.file ?? '') || (a.line ?? 0) - (b.line ?? 0);
}
