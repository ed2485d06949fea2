// Which config file a command uses.
import { type LoadedConfig, loadConfig } from '../config/load.ts';
import { UsageError } from './arguments.ts';

/** Throws UsageError where none is named, ConfigError where it is wrong. */
export function loadNamedConfig(file: string | undefined, env: NodeJS.ProcessEnv): LoadedConfig {
  if (file === undefined || file === '') {
    throw new UsageError(
      'no config file is named: use --config FILE or set SOSAPI_CONFIG (an example is config/gateway.example.yaml).',
    );
  }
  return loadConfig({ file, env });
}
