// For clients inside the test: every name is this machine.
import type { AgentOptions } from 'node:https';
import type { ClientSetting } from '../../support/client-setting.ts';

const lookup = (
  _name: string,
  options: { all?: boolean },
  done: (error: null, address: string | { address: string; family: number }[], family?: number) => void,
): void =>
  options.all === true ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);

export function agentOptions({ tls, certificate }: ClientSetting): AgentOptions {
  return { keepAlive: true, lookup: lookup as never, ...(tls && { ca: certificate.pem }) };
}
