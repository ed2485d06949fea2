// From a listener in the shape of the file to one in the shape of the program.
import { shareNames } from './certificate-names.ts';
import type { Listener, ListenerTls } from './gateway-config.ts';
import type { ListenerTlsTree } from './schema-listener-tls.ts';

type ListenerTree<Rest> = Rest & { readonly tls?: ListenerTlsTree };

/** Whatever other keys it has stay as they are. */
export function buildListener<Rest extends Listener>({ tls, ...rest }: ListenerTree<Rest>) {
  return { ...rest, ...(tls === undefined ? {} : { tls: buildListenerTls(tls) }) };
}

function buildListenerTls({ cert, key, minVersion, certificates }: ListenerTlsTree): ListenerTls {
  const { names } = shareNames([
    { pem: cert.pem },
    ...certificates.map((each) => ({ pem: each.cert.pem, names: each.names })),
  ]);
  return {
    cert: cert.pem,
    certFile: cert.file,
    key,
    names: names[0] ?? [],
    minVersion,
    certificates: certificates.map((each, index) => ({
      cert: each.cert.pem,
      certFile: each.cert.file,
      key: each.key,
      names: names[index + 1] ?? [],
    })),
  };
}
