// The config file of a gateway that runs: read again whenever it is to be, together with all files that it names.
import { resolve } from 'node:path';
import { readFileFromDisk } from '../config/files.ts';
import { type LoadedConfig, loadConfig } from '../config/load.ts';

export interface ReloadSource {
  /** As it was named. */
  readonly file: string;
  /** Throws ConfigError. */
  load(): LoadedConfig;
  /** All that the latest `load` read or tried to read, absolute: the config first. */
  files(): readonly string[];
}

/** `env`: as it was at the start, since nobody changes the environment of a process that runs. */
export function createReloadSource(file: string, env: NodeJS.ProcessEnv): ReloadSource {
  let files: readonly string[] = [resolve(file)];
  return {
    file,
    load() {
      const read = new Set([resolve(file)]);
      try {
        return loadConfig({
          file,
          env,
          readFile(path) {
            read.add(resolve(path));
            return readFileFromDisk(path);
          },
        });
      } finally {
        files = [...read];
      }
    },
    files: () => files,
  };
}
