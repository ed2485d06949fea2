// What the gateway tells whoever watches it: one tagged union, emitted as things happen.
import type { UsageChange } from '../capacity/ledger/usage-change.ts';
import type { MismatchExplanation } from '../sigv4/explain-mismatch.ts';
import type { ProtectionCall } from './protection-call.ts';
import type { RequestTrace } from './request-trace.ts';

/** How a request was dealt with; `refused` means that nothing was sent to a store. */
export type Outcome = 'virtual' | 'screened' | 'pass-through' | 'refused';

/** One request from its head to the last byte of its answer (or to the moment it was cut off). */
export interface RequestEvent {
  readonly kind: 'request';
  readonly requestId: string;
  /** Wall clock at the arrival of the head, milliseconds since 1970. */
  readonly startedAtMs: number;
  readonly remoteAddress: string;
  readonly method: string;
  /** S3 operation name, or `Unknown` where the head was not understood. */
  readonly operation: string;
  readonly bucket: string;
  readonly key: string;
  readonly accessKeyId: string | undefined;
  readonly userAgent: string | undefined;
  /** How the client proves the body: `SHA256` for a hash, else the mode that `x-amz-content-sha256` names; absent where it names none. */
  readonly payload: string | undefined;
  readonly outcome: Outcome;
  /** The backend that answered, where one did. */
  readonly backend: string | undefined;
  /** 0 where the connection went away before a status was sent. */
  readonly status: number;
  /** The S3 error code of an answer that the gateway made itself. */
  readonly errorCode: string | undefined;
  /** Why the gateway refused, for the log only: more than the client is told. */
  readonly reason: string | undefined;
  /** Body bytes read from the client. */
  readonly requestBytes: number;
  /** Body bytes sent to the client. */
  readonly responseBytes: number;
  readonly durationMs: number;
  /** From the head's arrival to the first byte of the answer; absent where none was sent. */
  readonly timeToFirstByteMs: number | undefined;
  /** Which side broke off before the end, if one did. */
  readonly aborted: 'client' | 'store' | undefined;
  /** Refused unseen, because its address is held off. */
  readonly heldOff: boolean;
  /** Where it changes how objects are protected, and somebody wants to know. */
  readonly protection?: ProtectionCall;
  /** Where traces are made. */
  readonly trace?: RequestTrace;
}

/** A key under the SOSAPI prefix that we do not know was asked for: this is how more of the protocol is learnt. */
export interface ReservedKeyProbeEvent {
  readonly kind: 'reserved-key-probe';
  readonly bucket: string;
  readonly key: string;
  readonly method: string;
  readonly userAgent: string | undefined;
}

/** A client connection was opened or closed. */
export interface ConnectionEvent {
  readonly kind: 'connection';
  readonly change: 'opened' | 'closed';
}

/** It was found out, or could not be, whether a store takes unsigned aws-chunked bodies as they come. */
export interface AwsChunkedLearntEvent {
  readonly kind: 'aws-chunked-learnt';
  readonly backend: string;
  readonly takes: boolean | undefined;
  readonly detail: string;
}

/** A connection to a store was opened, failed to open, or a request was sent again on a fresh one. */
export interface BackendConnectionEvent {
  readonly kind: 'backend-connection';
  readonly backend: string;
  readonly change: 'opened' | 'failed' | 'closed' | 'retried';
  readonly detail: string | undefined;
}

/**
 * An endpoint of a store is no longer chosen or is chosen again, has come to its host's name or gone from it, or that name could not be
 * looked up. Once for each change.
 */
export interface BackendEndpointEvent {
  readonly kind: 'backend-endpoint';
  readonly backend: string;
  readonly endpoint: string;
  readonly change: 'ejected' | 'recovered' | 'drained' | 'undrained' | 'added' | 'removed' | 'lookup-failed';
  readonly reason?: string;
  /** How long it is left alone before a trial; of `ejected`. */
  readonly forMs?: number;
  /** Its trial failed: it had not come back in between. */
  readonly again?: boolean;
}

/** A client connection was closed as it came: its address has too many request heads that are not complete. */
export interface ConnectionRefusedEvent {
  readonly kind: 'connection-refused';
  /** The address, or the IPv6 network, that is counted. */
  readonly group: string;
  /** The first since that address last had no incomplete head at all. */
  readonly first: boolean;
}

/** From now on the requests of an address are refused unseen: too many of its signatures were wrong. */
export interface AddressHeldOffEvent {
  readonly kind: 'address-held-off';
  /** The address, or the IPv6 network, that is counted. */
  readonly group: string;
  readonly failures: number;
  readonly forMs: number;
}

/** A signature did not fit, and its credential asks for an explanation. Holds no secret and no signature. */
export interface SignatureExplainedEvent extends MismatchExplanation {
  readonly kind: 'signature-explained';
  readonly requestId: string;
  readonly accessKeyId: string;
}

/** A request was proven whose credential may send these `x-amz-*` headers unsigned. */
export interface UnsignedHeadersEvent {
  readonly kind: 'unsigned-headers';
  readonly requestId: string;
  readonly accessKeyId: string;
  /** Lower-case, sorted. */
  readonly names: readonly string[];
}

/** A store said that a call through the gateway was done which changed what a bucket holds. */
export interface UsageChangeEvent {
  readonly kind: 'usage-change';
  readonly backend: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly change: UsageChange;
}

export type GatewayEvent =
  | RequestEvent
  | ReservedKeyProbeEvent
  | ConnectionEvent
  | BackendConnectionEvent
  | BackendEndpointEvent
  | AwsChunkedLearntEvent
  | ConnectionRefusedEvent
  | AddressHeldOffEvent
  | SignatureExplainedEvent
  | UnsignedHeadersEvent
  | UsageChangeEvent;

/** Receives every event; must not throw and must not wait. */
export type EventSink = (event: GatewayEvent) => void;
