// A token of an operator for the admin listener of a test's gateway.
import { createHash, randomBytes } from 'node:crypto';

export interface OperatorToken {
  readonly name: string;
  readonly token: string;
  /** The key `admin` of the config that knows it. */
  readonly admin: object;
  readonly headers: Readonly<Record<string, string>>;
}

export function operatorToken(name = 'night-shift'): OperatorToken {
  const token = `sgw_${randomBytes(32).toString('base64url')}`;
  const hash = `sha256:${createHash('sha256').update(token).digest('hex')}`;
  return {
    name,
    token,
    admin: { tokens: [{ name, role: 'operator', hash }] },
    headers: { authorization: `Bearer ${token}` },
  };
}
