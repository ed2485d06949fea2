// One config file in, one frozen GatewayConfig out, or a ConfigError with everything that is wrong.
import { buildConfig } from './build.ts';
import { crossCheck } from './cross-check.ts';
import { type ReadFile, readBeside, readFileFromDisk, reasonOf, resolveBeside } from './files.ts';
import { deepFreeze } from './freeze.ts';
import type { GatewayConfig } from './gateway-config.ts';
import type { FileFound } from './leaf.ts';
import { nodeOf } from './node.ts';
import type { PartialTree } from './partial-tree.ts';
import {
  ConfigError,
  type ConfigPath,
  type ConfigProblem,
  type Finding,
  formatPath,
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
  const tree = settle(nodeOf(gatewaySchema), yaml.value ?? {}, [], reading);
  if (tree !== undefined) checkAcross(tree as PartialTree, reading);
  const { problems } = reading;
  const locate = ({ path, message }: Finding): ConfigProblem => {
    const line = yaml.lineOf(path);
    return { path: formatPath(path), ...(line === undefined ? {} : { line }), message };
  };
  if (problems.length > 0) throw new ConfigError(file, problems.map(locate).sort(byLine));
  return deepFreeze({
    config: buildConfig(tree as GatewayTree, source),
    warnings: reading.warnings.map(locate),
  });
}

/** A hole in the tree was complained about where it was found; what follows from it is not worth a second line. */
function checkAcross(tree: PartialTree, reading: Reading): void {
  const isKnown = (path: ConfigPath) => reading.problems.some((problem) => isAtOrUnder(problem.path, path));
  crossCheck(tree, {
    problem: (path, message) => {
      if (!isKnown(path)) reading.problems.push({ path, message });
    },
    warning: (path, message) => reading.warnings.push({ path, message }),
  });
}

function byLine(a: ConfigProblem, b: ConfigProblem): number {
  return (a.line ?? 0) - (b.line ?? 0);
}
