// The audit log: from the tree in the shape of the file to that of the program.
import type { AuditConfig } from './onlooker-config.ts';
import type { GatewayTree } from './schema.ts';

type AuditTree = NonNullable<GatewayTree['audit']>;

/** Exactly one of the two places is there: cross-check-audit.ts sees to that. */
export function buildAudit({ file, stream = 'stderr', refusalsPerMinute }: AuditTree): AuditConfig {
  return {
    to: file === undefined ? { kind: 'stream', name: stream } : { kind: 'file', path: file },
    refusalsPerMinute,
  };
}
