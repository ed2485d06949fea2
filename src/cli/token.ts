// `token`: makes a token for the admin listener, shows it once, and the lines of the config that know it by its hash.
import { createHash, randomBytes as randomBytesOf } from 'node:crypto';
import { stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { TOKEN_PREFIX, writtenHash } from '../config/schema-admin.ts';
import { UsageError } from './arguments.ts';

export const TOKEN_USAGE = `sosapi-gateway token [--name NAME] [--role read-only|operator] [--json]

Makes a token for the admin listener and prints it once, with the lines for the config, which holds its hash alone. A token of
the role read-only looks at everything; operator changes things too. Without --name it is called by its role.
`;

/** 256 bits: see AdminToken in src/admin/admin-token.ts. */
const RANDOM_BYTES = 32;
const ROLES = ['read-only', 'operator'] as const;

export interface MadeToken {
  readonly token: string;
  readonly name: string;
  readonly role: (typeof ROLES)[number];
  /** As the config has it. */
  readonly hash: string;
}

/** Resolves with the exit code 0. Throws UsageError. */
export function tokenCommand(args: readonly string[], randomBytes = randomBytesOf): number {
  const { values } = parse(args);
  if (values.help === true) {
    stdout.write(TOKEN_USAGE);
    return 0;
  }
  const made = makeToken(values, randomBytes);
  stdout.write(values.json === true ? `${JSON.stringify(made, undefined, 2)}\n` : render(made));
  return 0;
}

export function makeToken(
  { name, role: written = 'read-only' }: { readonly name?: string; readonly role?: string },
  randomBytes: (size: number) => Buffer,
): MadeToken {
  const role = ROLES.find((each) => each === written);
  if (role === undefined) throw new UsageError('--role is read-only or operator; see token --help.');
  if (name !== undefined && !/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/.test(name)) {
    throw new UsageError('--name is up to 63 letters, digits, "-", "_" and "."; see token --help.');
  }
  const token = `${TOKEN_PREFIX}${randomBytes(RANDOM_BYTES).toString('base64url')}`;
  const hash = writtenHash(createHash('sha256').update(token).digest('hex'));
  return { token, name: name ?? role, role, hash };
}

function render({ token, name, role, hash }: MadeToken): string {
  return `Token of ${name}, shown this once:

  ${token}

For the config, beside other tokens:

admin:
  tokens:
    - { name: ${name}, role: ${role}, hash: "${hash}" }

Commands take the token from --token-file FILE or from SOSAPI_ADMIN_TOKEN, programs send Authorization: Bearer TOKEN.
`;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        name: { type: 'string' },
        role: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
      strict: true,
    });
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split(/\. |\n/);
    throw new UsageError(`${sentence}; see token --help.`, { cause: error });
  }
}
