// Whether a call bypasses GOVERNANCE retention.
import { AMZ_BYPASS_GOVERNANCE } from '../../s3/headers.ts';
import type { Call } from '../server/call.ts';

/** Only where it asks for it in exactly one spelling, once, and may do so. */
export function bypassesGovernance({ request, mayBypassGovernance }: Call): boolean {
  const [value, ...more] = request.head.headers.all(AMZ_BYPASS_GOVERNANCE);
  return mayBypassGovernance && value === 'true' && more.length === 0;
}
