// The comparison with Veeam in a gateway whose config may change: begun anew where it is about another server or another gateway.
import type { VeeamReport } from '../admin/veeam-schemas.ts';
import type { GatewayConfig, Listener } from '../config/gateway-config.ts';
import { sameConfig } from '../config/same-config.ts';
import { type ComposedVeeamWatch, composeVeeamWatch, type VeeamParts } from './veeam-composed.ts';

export interface LiveVeeam {
  /** `s3`: the listeners with the ports that were bound. */
  start(s3: readonly Listener[]): void;
  /** Undefined where no server is asked. */
  report(): VeeamReport | undefined;
  replace(config: GatewayConfig): void;
  close(): Promise<void>;
}

export function composeLiveVeeam(first: GatewayConfig, parts: VeeamParts): LiveVeeam {
  let config = first;
  let watch = composeVeeamWatch(config, parts);
  let bound: readonly Listener[] | undefined;
  const closing = new Set<Promise<void>>();

  function closeOne(old: ComposedVeeamWatch | undefined): void {
    const closed = old?.close().finally(() => closing.delete(closed ?? Promise.resolve()));
    if (closed !== undefined) closing.add(closed);
  }

  return {
    start(s3) {
      bound = s3;
      watch?.start(s3);
    },
    report: () => watch?.report(),
    replace(next) {
      const before = config;
      config = next;
      const isSame = sameConfig([before.veeam, before.hostNames], [next.veeam, next.hostNames]);
      if (isSame) return;
      closeOne(watch);
      watch = composeVeeamWatch(next, parts);
      if (bound !== undefined) watch?.start(bound);
    },
    async close() {
      closeOne(watch);
      await Promise.all(closing);
    },
  };
}
