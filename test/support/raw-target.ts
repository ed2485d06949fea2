// Raw, signed requests to the gateway or to a store: what the SDKs would not send.
import { exchange, type RawAnswer } from './raw-http.ts';
import { type RawCredentials, requestBytes, type SigningInput, signed } from './raw-sigv4.ts';

export interface RawTarget {
  readonly hostName: string;
  readonly port: number;
  readonly credentials: RawCredentials;
}

type Input = Omit<SigningInput, 'host' | 'credentials'> & Partial<Pick<SigningInput, 'host' | 'credentials'>>;

export function rawTargetOf(of: {
  readonly endpoint: string;
  readonly credentials: RawCredentials;
}): RawTarget {
  const { hostname, port } = new URL(of.endpoint);
  return { hostName: hostname, port: Number(port), credentials: of.credentials };
}

export function inputFor(target: RawTarget, input: Input): SigningInput {
  return { host: `${target.hostName}:${target.port}`, credentials: target.credentials, ...input };
}

export function send(target: RawTarget, bytes: Buffer | string, method = 'GET'): Promise<RawAnswer> {
  return exchange({ host: target.hostName, port: target.port }, bytes, method);
}

/** Signs and sends one request on a connection of its own. */
export function ask(target: RawTarget, input: Input): Promise<RawAnswer> {
  return send(target, requestBytes(signed(inputFor(target, input))), input.method);
}
