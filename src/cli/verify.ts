// `verify`: reads everything that embedded stores hold and says what is damaged. It writes nothing, and a store may run meanwhile.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { stderr, stdout } from 'node:process';
import { loadConfig } from '../config/load.ts';
import { formatProblems } from '../config/problem.ts';
import type { Finding } from '../store/verify/finding.ts';
import { verifyStore } from '../store/verify/verify-store.ts';
import { UsageError } from './arguments.ts';
import { defaultDataDirectory } from './default-setup.ts';
import { ProgressLine } from './progress-line.ts';
import { progressText, type VerifiedStore, verifyJson, verifyReport } from './verify-report.ts';

export interface VerifyCommand {
  readonly config: string | undefined;
  readonly data: string | undefined;
  readonly json: boolean;
}

/** Resolves with the exit code: 0 all is sound, 1 something was found. */
export async function verifyCommand(command: VerifyCommand, env: NodeJS.ProcessEnv): Promise<number> {
  const stores: VerifiedStore[] = [];
  for (const dataDirectory of directoriesOf(command, env)) stores.push(await verified(dataDirectory));
  stdout.write(command.json ? verifyJson(stores) : verifyReport(stores));
  return stores.every(({ findings }) => findings.length === 0) ? 0 : 1;
}

function directoriesOf({ config: file, data }: VerifyCommand, env: NodeJS.ProcessEnv): readonly string[] {
  const directories =
    data !== undefined
      ? [resolve(data)]
      : file === undefined
        ? [defaultDataDirectory(env)]
        : fromConfig(file, env);
  for (const directory of directories) {
    if (!existsSync(directory)) {
      throw new UsageError(
        `there is no data directory ${directory}: name one with --data, or a config with --config.`,
      );
    }
  }
  return directories;
}

function fromConfig(file: string, env: NodeJS.ProcessEnv): readonly string[] {
  const { config, warnings } = loadConfig({ file, env });
  if (warnings.length > 0) stderr.write(`${formatProblems(file, warnings)}\n`);
  const directories = config.backends.flatMap((backend) =>
    backend.kind === 'embedded' ? [backend.dataDirectory] : [],
  );
  if (directories.length === 0)
    throw new UsageError(`${file} has no backend of kind embedded: nothing to verify.`);
  return directories;
}

async function verified(dataDirectory: string): Promise<VerifiedStore> {
  const progress = new ProgressLine(stderr, () => performance.now());
  const findings: Finding[] = [];
  try {
    const sums = await verifyStore({
      dataDirectory,
      wallClock: Date.now,
      onFinding: (finding) => findings.push(finding),
      onProgress: (now) => progress.show(() => progressText(dataDirectory, now)),
    });
    return { dataDirectory, sums, findings };
  } finally {
    progress.clear();
  }
}
