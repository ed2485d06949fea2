// Rules between the keys of the audit log.
import type { Notes, PartialTree } from './partial-tree.ts';

export function checkAudit({ audit }: PartialTree, { problem }: Notes): void {
  if (audit === undefined) return;
  const { file, stream } = audit;
  if (file === undefined && stream === undefined) {
    problem(['audit'], 'expected file or stream, found neither');
  }
  if (file !== undefined && stream !== undefined) {
    problem(['audit', 'stream'], 'expected either file or stream, found both');
  }
}
