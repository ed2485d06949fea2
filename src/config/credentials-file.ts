// Credentials in a file of their own, which other tools may write: what it says, and where in it each value stands.
import type { PlacedCredential } from './cross-check-credentials.ts';
import { type ReadFile, readBeside, resolveBeside } from './files.ts';
import { type FileFound, type LeafSource, WrongValue } from './leaf.ts';
import { nodeOf } from './node.ts';
import { type ConfigPath, type ConfigProblem, type Finding, formatPath } from './problem.ts';
import { credentialList } from './schema-credential.ts';
import { type Reading, settle } from './settle.ts';
import { readYaml, type YamlText } from './yaml-text.ts';

/** Before the path of a finding in that file. */
const IN_FILE = ['credentialsFile', '~'] as const;

export interface CredentialsFile {
  /** With holes, where problems were found. */
  readonly placed: readonly PlacedCredential[];
  /** Where a finding is, if it is in this file. */
  readonly locate: (finding: Finding) => ConfigProblem | undefined;
}

export interface CredentialsFileInput {
  /** As config names it. */
  readonly path: string;
  readonly env: LeafSource['env'];
  /** Of the config. */
  readonly resolvePath: LeafSource['resolvePath'];
  readonly readFile: ReadFile;
}

/** Notes every problem; undefined where the file cannot be read. */
export function readCredentialsFile(
  { path, env, resolvePath, readFile }: CredentialsFileInput,
  reading: Reading,
): CredentialsFile | undefined {
  const file = resolvePath(path);
  const found = readOrNote(() => reading.source.readFile(path), reading);
  if (found === undefined) return undefined;
  const source: LeafSource = {
    env,
    readFile: readBeside(file, readFile),
    resolvePath: resolveBeside(file),
    isConfigWorldReadable: found.isWorldReadable,
  };
  const yaml = readYaml(found.text);
  const broken = yaml.brokenAt.map(({ line, message }) => ({ path: [...IN_FILE, line], message }));
  if (broken.length > 0) {
    reading.problems.push(...broken);
    return { placed: [], locate: (finding) => locateBroken(file, finding) };
  }
  reading.problems.push(
    ...yaml.problems.map(({ path: at, message }) => ({ path: [...IN_FILE, ...at], message })),
  );
  const settled = settle(nodeOf(credentialList), yaml.value, IN_FILE, { ...reading, source });
  const list = (settled ?? []) as readonly PlacedCredential['credential'][];
  return {
    placed: list.map((credential, index) => ({ credential, path: [...IN_FILE, index] })),
    locate: (finding) => locateIn(file, yaml, finding),
  };
}

function readOrNote(read: () => FileFound, reading: Reading): FileFound | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof WrongValue)) throw error;
    reading.problems.push({ path: ['credentialsFile'], message: error.message });
    return undefined;
  }
}

function isInFile([first, second]: ConfigPath): boolean {
  return first === IN_FILE[0] && second === IN_FILE[1];
}

function locateIn(file: string, yaml: YamlText, { path, message }: Finding): ConfigProblem | undefined {
  if (!isInFile(path)) return undefined;
  const inside = path.slice(IN_FILE.length);
  const line = yaml.lineOf(inside);
  return { file, path: formatPath(inside), ...(line === undefined ? {} : { line }), message };
}

/** Of what is no YAML the path is a line. */
function locateBroken(file: string, { path, message }: Finding): ConfigProblem | undefined {
  return isInFile(path) ? { file, path: '', line: Number(path[IN_FILE.length]), message } : undefined;
}
