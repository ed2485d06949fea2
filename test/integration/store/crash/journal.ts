// What the store has acknowledged, and what it was asked and has not answered: the one truth that it is held against.
import { createHash } from 'node:crypto';
import { bodyOf } from '../../../support/bodies.ts';

/** A body that can be made again; a multipart object has one a part. */
export interface Piece {
  readonly seed: string;
  readonly size: number;
}

/** A value that is known, or, after a call that was cut off, one of two. */
export type Possible<T> = readonly [T] | readonly [before: T, after: T];

export interface Retention {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  readonly until: string;
}

export interface Version {
  /** Undefined while nobody has seen the answer that gave it. */
  id: string | undefined;
  /** Undefined for a delete marker. */
  readonly pieces: readonly Piece[] | undefined;
  readonly size: number;
  readonly etag: string;
  retention: Possible<Retention | undefined>;
  legalHold: Possible<boolean>;
  /** As `key=value`, at most one. */
  tag: Possible<string>;
  /** Written or changed since the last look at its bytes. */
  fresh: boolean;
}

export interface Part {
  readonly piece: Piece;
  readonly etag: string;
}

export interface Upload {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly parts: Map<number, Possible<Part | undefined>>;
  /** Whether a call that would end it is without an answer. */
  ending: 'no' | 'complete' | 'abort';
}

/** One key: its versions, newest first, and what else they may be after a call that was cut off. */
export interface KeyState {
  readonly bucket: string;
  readonly key: string;
  versions: Version[];
  instead: Version[] | undefined;
}

export const PLAIN = 'crash-plain';
export const LOCKED = 'crash-locked';
export const BUCKETS = [PLAIN, LOCKED] as const;

/** Everything that one worker wrote. No two workers share a key, so that each knows what must be there. */
export class Journal {
  readonly keys = new Map<string, KeyState>();
  readonly uploads = new Map<string, Upload>();
  /** Keys for which an upload may have been begun without an answer. */
  readonly begun = new Set<string>();
  acknowledged = 0;

  state(bucket: string, key: string): KeyState {
    const name = nameOf(bucket, key);
    const known = this.keys.get(name);
    if (known !== undefined) return known;
    const made: KeyState = { bucket, key, versions: [], instead: undefined };
    this.keys.set(name, made);
    return made;
  }

  *versions(): Generator<{ readonly state: KeyState; readonly version: Version }> {
    for (const state of this.keys.values()) {
      for (const version of state.versions) yield { state, version };
    }
  }
}

export function nameOf(bucket: string, key: string): string {
  return `${bucket}/${key}`;
}

export function bytesOf(pieces: readonly Piece[]): Buffer {
  return Buffer.concat(pieces.map(({ seed, size }) => bodyOf(seed, size)));
}

export function md5Of(data: Buffer): string {
  return createHash('md5').update(data).digest('hex');
}

/** The ETag of a multipart object (Amazon S3 User Guide, "Checking object integrity"). */
export function multipartEtag(parts: readonly Part[]): string {
  const all = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, 'hex')));
  return `${md5Of(all)}-${parts.length}`;
}

export function newVersion(
  pieces: readonly Piece[] | undefined,
  etag: string,
  more: { readonly retention?: Retention; readonly legalHold?: boolean; readonly tag?: string } = {},
): Version {
  return {
    id: undefined,
    pieces,
    size: (pieces ?? []).reduce((sum, { size }) => sum + size, 0),
    etag,
    retention: [more.retention],
    legalHold: [more.legalHold ?? false],
    tag: [more.tag ?? ''],
    fresh: true,
  };
}

export function isLocked(version: Version): boolean {
  return version.retention.some((each) => each !== undefined) || version.legalHold.includes(true);
}
