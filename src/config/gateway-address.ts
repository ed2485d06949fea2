// Where another gateway listens, as written in the config: host and port.
import { isIPv6 } from 'node:net';
import type { Listener } from './gateway-config.ts';

const ADDRESS = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]{1,253})):([0-9]{1,5})$/;

/** Undefined where it is none. */
export function parseGatewayAddress(text: string): Listener | undefined {
  const [, ipv6, name, digits = ''] = ADDRESS.exec(text) ?? [];
  const host = (ipv6 ?? name)?.toLowerCase();
  const port = Number(digits);
  if (host === undefined || port < 1 || port > 65_535) return undefined;
  return ipv6 === undefined || isIPv6(ipv6) ? { host, port } : undefined;
}
