// Which gateway a command asks, and with which token: as its arguments say, else as the environment and the config do.
import { adminAddress } from './admin-address.ts';
import type { AskedGateway } from './admin-client.ts';
import { readAdminToken } from './admin-token.ts';
import { UsageError } from './arguments.ts';

/** For `parseArgs`. */
export const ASKED_OPTIONS = {
  config: { type: 'string' },
  admin: { type: 'string' },
  'token-file': { type: 'string' },
} as const;

/** What `parseArgs` gives for them. */
export type AskedValues = { readonly [Name in keyof typeof ASKED_OPTIONS]?: string | undefined };

/** Rejects with UsageError or ConfigError. */
export async function askedGateway(values: AskedValues, env: NodeJS.ProcessEnv): Promise<AskedGateway> {
  const { admin, config: named, 'token-file': tokenFile } = values;
  // Empty where a shell variable was not set: what was meant is not the setup without a config.
  if (named === '') throw new UsageError('--config names no file; see --help.');
  if (named !== undefined && admin !== undefined) {
    throw new UsageError('--config and --admin exclude each other; see --help.');
  }
  const config = named ?? (env['SOSAPI_CONFIG'] || undefined);
  const token = readAdminToken(tokenFile, env);
  return { admin: await adminAddress({ admin, config, env }), token };
}
