// The keys of the logins of the admin listener. Static types are those after reading.
import Type from 'typebox';
import { Secret } from '../secret.ts';
import { leaf, WrongValue } from './leaf.ts';
import { hostName, text } from './leaves.ts';

const CLOSED = { additionalProperties: false } as const;

/** What tokens begin with; `src/admin`, which looks at them, may not be imported here. */
export const TOKEN_PREFIX = 'sgw_';
const HASH_PREFIX = 'sha256:';

/** As `hash` is written. */
export function writtenHash(hash: string): string {
  return `${HASH_PREFIX}${hash}`;
}

/** Read into its 64 hexadecimal digits. */
function tokenHash(): Type.TUnsafe<Secret> {
  return leaf(
    {
      type: 'string',
      description:
        'What `sosapi-gateway token` prints beside the token: `sha256:` and 64 hexadecimal digits.',
    },
    {
      expected: 'the hash of a token: sha256: and 64 hexadecimal digits, as "sosapi-gateway token" prints it',
      isPrivate: true,
      read: (written: string) => {
        if (written.trim().startsWith(TOKEN_PREFIX)) {
          throw new WrongValue(
            'expected the hash of a token, found the token itself: it stands in a file now, so make a new one with "sosapi-gateway token" and put the hash here that it prints',
          );
        }
        const [, digits] = /^sha256:([0-9a-f]{64})$/.exec(written) ?? [];
        if (digits === undefined) throw new WrongValue();
        return new Secret(digits);
      },
    },
  );
}

const token = Type.Object(
  {
    name: text({
      pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$',
      expected: 'a name of up to 63 letters, digits, "-", "_" and "."',
      description: 'Who it is for: what the audit log calls whoever shows it.',
    }),
    role: Type.Enum(['read-only', 'operator'], {
      description: 'Whether it may only look, or change things too.',
    }),
    hash: tokenHash(),
  },
  CLOSED,
);

export const admin = Type.Object(
  {
    tokens: Type.Array(token, {
      default: [],
      description:
        'Who may log in at the admin listener. Without any, reading is open there and nothing can be changed.',
    }),
    publicMetrics: Type.Boolean({
      default: false,
      description: 'Whether `/metrics` needs no login where there are tokens.',
    }),
    hostNames: Type.Array(hostName(), {
      default: [],
      description:
        'Names by which an admin listener on a loopback address is reached, through a proxy, besides `localhost` and its address.',
    }),
  },
  { ...CLOSED, default: {}, description: 'Logins at the admin listener.' },
);
