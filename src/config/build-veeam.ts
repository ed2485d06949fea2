// The Veeam servers: from the tree in the shape of the file to that of the program.
import type { VeeamConfig, VeeamServerConfig, VeeamTrustConfig } from './gateway-config.ts';
import type { GatewayTree } from './schema.ts';

type VeeamTree = NonNullable<GatewayTree['veeam']>;
type ServerTree = Pick<VeeamTree, 'url' | 'user' | 'password' | 'fingerprint' | 'ca'>;

export function buildVeeam(tree: VeeamTree): VeeamConfig {
  const { revision, endpoint, every, timeout, warnAbove, one } = tree;
  return {
    ...buildServer(tree),
    ...(revision === undefined ? {} : { revision }),
    ...(endpoint === undefined ? {} : { endpoint }),
    everyMs: every,
    timeoutMs: timeout,
    warnAbovePercent: warnAbove,
    ...(one === undefined ? {} : { one: buildServer(one) }),
  };
}

function buildServer({ url, user, password, ...trust }: ServerTree): VeeamServerConfig {
  return { url, user, password, trust: buildTrust(trust) };
}

/** Never both: cross-check-veeam.ts sees to that. */
function buildTrust({ fingerprint, ca }: Pick<ServerTree, 'fingerprint' | 'ca'>): VeeamTrustConfig {
  if (fingerprint !== undefined) return { kind: 'fingerprint', sha256: fingerprint };
  return ca === undefined ? { kind: 'system' } : { kind: 'ca', pem: ca };
}
