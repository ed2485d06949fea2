// Proxies that are a script beside this one, in a Node.js process of their own: `node SCRIPT PORT STOREPORT [CERT KEY]`.
import { join } from 'node:path';
import { NODE } from './pinned-process.ts';
import { type ProxyOptions, type RunningProxy, startProxy } from './proxy.ts';

export function startNodeProxy(name: string, script: string, options: ProxyOptions): Promise<RunningProxy> {
  const { storePort, tls } = options;
  return startProxy(
    {
      name,
      command: NODE,
      prepare: async (_, port) => [
        join(import.meta.dirname, script),
        String(port),
        String(storePort),
        ...(tls === undefined ? [] : [tls.certFile, tls.keyFile]),
      ],
    },
    options,
  );
}
