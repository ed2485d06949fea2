// A store's address as written in the config: scheme, host and port, nothing after them.
import type { Endpoint } from './gateway-config.ts';

export const ENDPOINT_PATTERN = '^https?://(\\[[0-9a-fA-F:.]+\\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?/?$';

const ENDPOINT = /^(https?):\/\/(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?\/?$/;
const DEFAULT_PORTS = { http: 80, https: 443 } as const;

export function parseEndpoint(text: string): Endpoint | undefined {
  const [, scheme, ipv6, name, digits] = ENDPOINT.exec(text) ?? [];
  const host = (ipv6 ?? name)?.toLowerCase();
  if (host === undefined || !URL.canParse(text)) return undefined;
  const protocol = scheme === 'https' ? 'https' : 'http';
  const port = digits === undefined ? DEFAULT_PORTS[protocol] : Number(digits);
  if (port < 1 || port > 65_535) return undefined;
  const bracketed = ipv6 === undefined ? host : `[${host}]`;
  // RFC 9110 section 7.2: the default port is left out, and what is signed must be what is sent.
  const authority = port === DEFAULT_PORTS[protocol] ? bracketed : `${bracketed}:${port}`;
  return { protocol, host, port, authority };
}
