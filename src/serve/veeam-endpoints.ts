// Which repositories of Veeam's are buckets of this gateway: told by the address that they were made with.
import { isIP } from 'node:net';
import type { Endpoint, GatewayConfig, Listener } from '../config/gateway-config.ts';

interface Address {
  readonly host: string;
  readonly port: number;
}

type OwnAddresses = Pick<GatewayConfig, 'hostNames'> & {
  readonly listeners: { readonly s3: readonly Listener[] };
};

const HTTPS_PORT = 443;
const HTTP_PORT = 80;
const ANY = new Set(['0.0.0.0', '::']);
const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

/**
 * Whether a service point, as `https://s3.example.com:8443`, `s3.example.com:8443` or `s3.example.com`, is this gateway:
 * one of `named`, or a host name or address of a listener with its port.
 */
export function createIsOurEndpoint(
  { hostNames, listeners }: OwnAddresses,
  named: readonly (Pick<Endpoint, 'host' | 'port'> | undefined)[],
): (servicePoint: string) => boolean {
  const own = [
    ...named.flatMap((endpoint) => (endpoint === undefined ? [] : [endpoint])),
    ...listeners.s3.flatMap(({ host, port }) => {
      const hosts = ANY.has(host) ? [...hostNames, ...LOOPBACK] : [...hostNames, host];
      return port === 0 ? [] : hosts.map((name) => ({ host: name, port }));
    }),
  ];
  const keys = new Set(own.map(keyOf));
  return (servicePoint) => {
    const address = readServicePoint(servicePoint);
    return address !== undefined && keys.has(keyOf(address));
  };
}

function keyOf({ host, port }: Address): string {
  return `${host.toLowerCase()} ${port}`;
}

/** Without a scheme it is HTTPS, as Veeam has it. */
export function readServicePoint(text: string): Address | undefined {
  const whole = /^[a-z]+:\/\//i.test(text) ? text : `https://${isIP(text) === 6 ? `[${text}]` : text}`;
  if (!URL.canParse(whole)) return undefined;
  const { protocol, hostname, port } = new URL(whole);
  const standard = protocol === 'http:' ? HTTP_PORT : HTTPS_PORT;
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? standard : Number(port) };
}
