// What people are told of capacity: lines in the log and, where configured, posts to a webhook.
import type { CapacityEvent } from '../capacity/warnings/capacity-event.ts';
import { createWebhook, type Webhook } from '../capacity/warnings/webhook.ts';
import type { CapacityWatchConfig } from '../config/gateway-config.ts';
import type { Logger } from '../telemetry/logger.ts';

export interface CapacityNews {
  tell(event: CapacityEvent): void;
  close(): void;
}

export function createCapacityNews(
  { webhook: config }: CapacityWatchConfig,
  logger: Logger,
  now: () => number,
): CapacityNews {
  const webhook: Webhook | undefined =
    config &&
    createWebhook({
      url: new URL(config.url),
      ...(config.token && { token: config.token }),
      timeoutMs: config.timeoutMs,
      now,
      onFailed: (message) => logger.warn(message),
    });
  return {
    tell(event) {
      const { event: kind, capacityBytes, availableBytes, usedBytes, ...rest } = event;
      const fields = {
        event: kind,
        ...rest,
        capacityBytes: String(capacityBytes),
        availableBytes: String(availableBytes),
        usedBytes: String(usedBytes),
        ...('driftBytes' in event && { driftBytes: String(event.driftBytes) }),
      };
      logger[isGood(kind) ? 'info' : 'warn'](fields, SENTENCES[kind]);
      webhook?.post(event);
    },
    close: () => webhook?.close(),
  };
}

const SENTENCES: Readonly<Record<CapacityEvent['event'], string>> = {
  'threshold-crossed': 'space is getting short',
  'threshold-cleared': 'there is more space again',
  'guard-closed': 'new data is refused: less is available than the floor of the guard',
  'guard-opened': 'new data is taken again',
  'drift-stays': 'the store goes on telling another usage than what passed through the gateway explains',
};

function isGood(kind: CapacityEvent['event']): boolean {
  return kind === 'threshold-cleared' || kind === 'guard-opened';
}
