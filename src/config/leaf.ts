// A leaf of the config: one value as written (a JSON schema) and how it is read into what the gateway uses.
import Type from 'typebox';

/** What reading a leaf may need from outside. */
export interface LeafSource {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads a file that the config names; relative names stand beside the config. */
  readonly readFile: (path: string) => FileFound;
  /** The absolute path of a name in the config; relative ones stand beside it. */
  readonly resolvePath: (path: string) => string;
  /** Whether everyone on the machine may read the config itself. */
  readonly isConfigWorldReadable: boolean;
}

export interface FileFound {
  readonly text: string;
  readonly isWorldReadable: boolean;
}

export interface Leaf<T> {
  /** Completes the sentence `expected …`. */
  readonly expected: string;
  /** The value is or may hold a secret: no message shows it. */
  readonly isPrivate?: boolean;
  /** Throws `WrongValue`, with a message of its own where the general one would not do. */
  readonly read: (written: never, source: LeafSource, warn: (message: string) => void) => T;
}

export class WrongValue extends Error {
  override readonly name = 'WrongValue';
}

/** A schema whose static type is what the leaf is read into, not what is written. */
export function leaf<T>(json: Readonly<Record<string, unknown>>, reading: Leaf<T>): Type.TUnsafe<T> {
  return Type.Unsafe<T>({ ...json, '~leaf': reading });
}

export function required<T>(value: T | undefined): T {
  if (value === undefined) throw new WrongValue();
  return value;
}
