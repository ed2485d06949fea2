// Explains signatures that do not fit, for the credentials that ask for it, at a pace that nobody can drive up.
import type { CredentialStore } from '../access/credential-store.ts';
import { explainMismatch } from '../sigv4/explain-mismatch.ts';
import type { SignatureMismatch } from '../sigv4/verify.ts';
import type { EventSink } from './events.ts';

export interface SignatureExplainerOptions {
  readonly credentials: CredentialStore;
  readonly hostNames: readonly string[];
  /** The ports that clients may have signed for; read anew for each explanation. */
  readonly ports: readonly number[];
  readonly emit: EventSink;
}

/** Tells the log why a signature does not fit, if its credential asks for that; costs nothing where it does not. */
export type SignatureExplainer = (mismatch: SignatureMismatch, requestId: string, nowMs: number) => void;

// Whoever knows the access key id can make the gateway explain: some hashes and a long line each.
const MAX_PER_WINDOW = 20;
const WINDOW_MS = 60_000;

interface Pace {
  endsAtMs: number;
  count: number;
}

export function createSignatureExplainer(options: SignatureExplainerOptions): SignatureExplainer {
  const { credentials, hostNames, ports, emit } = options;
  /** By access key id, of credentials that exist only. */
  const paces = new Map<string, Pace>();

  function mayExplain(accessKeyId: string, nowMs: number): boolean {
    const known = paces.get(accessKeyId);
    const pace =
      known !== undefined && nowMs < known.endsAtMs ? known : { endsAtMs: nowMs + WINDOW_MS, count: 0 };
    paces.set(accessKeyId, pace);
    pace.count++;
    return pace.count <= MAX_PER_WINDOW;
  }

  return (mismatch, requestId, nowMs) => {
    const { accessKeyId } = mismatch.claim.credential;
    if (credentials.get(accessKeyId)?.explain !== true || !mayExplain(accessKeyId, nowMs)) return;
    const explanation = explainMismatch(mismatch, { hostNames, ports });
    emit({ kind: 'signature-explained', requestId, accessKeyId, ...explanation });
  };
}
