// The token that a command shows to the admin listener: from a file or from the environment, never from the command line.
import { readFileSync } from 'node:fs';
import { Secret } from '../secret.ts';
import { UsageError } from './arguments.ts';

export const TOKEN_VARIABLE = 'SOSAPI_ADMIN_TOKEN';

/** Undefined where neither is given. `file` is as written after --token-file. Throws UsageError. */
export function readAdminToken(file: string | undefined, env: NodeJS.ProcessEnv): Secret | undefined {
  const [text, from] =
    file === undefined ? [env[TOKEN_VARIABLE], TOKEN_VARIABLE] : [readTokenFile(file), file];
  if (text === undefined || (text === '' && file === undefined)) return undefined;
  const token = text.trim();
  if (token === '') throw new UsageError(`the token file ${file} is empty: write the token into it.`);
  // Whatever it is instead, a header of HTTP may not be able to hold it, and nobody wants to see it.
  if (!/^[!-~]{1,512}$/.test(token)) {
    throw new UsageError(`what ${from} holds is no token: one line of letters and digits is expected.`);
  }
  return new Secret(token);
}

function readTokenFile(file: string): string {
  if (file === '') throw new UsageError('--token-file names no file; see --help.');
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`the token file ${file} cannot be read (${code}).`, { cause: error });
  }
}
