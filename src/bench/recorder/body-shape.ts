// The shape of a small XML body, and the code of an error: from a bounded copy, which may end in the middle.
import type { BodyShape } from './recording-format.ts';

const MAX_COPY_BYTES = 64 * 1024;
const ROOTS = [
  'Retention',
  'LegalHold',
  'Delete',
  'VersioningConfiguration',
  'ObjectLockConfiguration',
  'LifecycleConfiguration',
];
/** Only of these a copy is taken. */
const SHAPED = [
  'PutObjectRetention',
  'PutObjectLegalHold',
  'DeleteObjects',
  'PutBucketVersioning',
  'PutObjectLockConfiguration',
  'PutBucketLifecycleConfiguration',
];

export class BoundedCopy {
  #parts: readonly Buffer[] = [];
  #bytes = 0;
  #isCut = false;

  add(bytes: Buffer): void {
    const room = MAX_COPY_BYTES - this.#bytes;
    if (bytes.length > room) this.#isCut = true;
    if (room <= 0) return;
    // A copy of its own: a slice would keep the whole buffer that was read.
    const part = Buffer.from(bytes.subarray(0, room));
    this.#bytes += part.length;
    this.#parts = [...this.#parts, part];
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  text(): string {
    return Buffer.concat(this.#parts).toString('utf8');
  }
}

export function hasShape(operation: string): boolean {
  return SHAPED.includes(operation);
}

/** Undefined where it does not begin as XML. A parser would refuse a copy that was cut: this looks at tags alone. */
export function shapeOf(copy: BoundedCopy): BodyShape | undefined {
  const text = copy.text().replace(/^\uFEFF?\s*(?:<\?[^>]*\?>\s*)?/, '');
  const [, name, attributes = ''] = /^<(?:[\w-]+:)?([\w-]+)(\s[^>]*?)?\/?>/.exec(text) ?? [];
  if (name === undefined) return undefined;
  const root = ROOTS.includes(name) ? name : 'other';
  return {
    root,
    hasNamespace: /\sxmlns(?::[\w-]+)?\s*=/.test(attributes),
    ...(root === 'Delete'
      ? {
          objects: text.match(/<(?:[\w-]+:)?Object[\s>]/g)?.length ?? 0,
          quiet: /<(?:[\w-]+:)?Quiet>\s*true\s*</i.test(text),
        }
      : {}),
    ...(copy.isCut ? { isCut: true } : {}),
  };
}

/** Of an error document, also one that came with status 200. */
export function errorCodeOf(copy: BoundedCopy): string | undefined {
  const text = copy.text();
  if (!/^\uFEFF?\s*(?:<\?[^>]*\?>\s*)?<Error[\s>]/.test(text)) return undefined;
  const [, code] = /<Code>([A-Za-z][A-Za-z0-9]{0,63})<\/Code>/.exec(text) ?? [];
  return code;
}
