// A process that only moves bytes, by the same wires as the gateway: how low the gateway could come.
import { join } from 'node:path';
import { NODE } from './pinned-process.ts';
import { type ProxyOptions, type RunningProxy, startProxy } from './proxy.ts';

export function startBareRelay(options: ProxyOptions): Promise<RunningProxy> {
  const { storePort, tls } = options;
  return startProxy(
    {
      name: 'bare relay',
      command: NODE,
      prepare: async (_, port) => [
        join(import.meta.dirname, 'bare-relay-server.ts'),
        String(port),
        String(storePort),
        ...(tls === undefined ? [] : [tls.certFile, tls.keyFile]),
      ],
    },
    options,
  );
}
