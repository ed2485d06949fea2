// Names that tell nothing of whose they are, and still how keys are built: the same name gives the same hash.
import { createHmac } from 'node:crypto';

export interface NameWriter {
  bucket(name: string): string;
  /** Also for prefixes and markers. */
  key(key: string): string;
  /** Of a header's own name, below `x-amz-meta-`. */
  metadataName(name: string): string;
  /** Version ids, upload ids, tokens: hashed always. `null` is the name of a version without one. */
  id(id: string): string;
}

/** Words of Veeam's own layout and of SOSAPI, from keys that users quoted (rustfs#1066, seaweedfs#7850, minio#12630). */
const KNOWN_WORDS: ReadonlySet<string> = new Set(
  [
    'Veeam Backup Archive Clients CloudStg Metadata Meta Data Lock Config blocks Blocks History objs Owner',
    'Repository ClientInfo CheckpointHistory Checkpoint create.checkpoint declare try',
    '.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c system capacity',
  ]
    .join(' ')
    .split(' '),
);
/** A closed list: an ending of any kind may be the end of a domain, and with it a customer's name. */
const ENDING = /\.(blk|vbk|vib|vrb|vbm|vlb|vsb|vlm|vsm|xml|json|txt|tmp|bin|dat|log|lock|idx|meta)$/;
const HASH_HEX = 16;

export function createNameWriter(key: Buffer, hashNames: boolean): NameWriter {
  const hash = (kind: string, text: string): string =>
    createHmac('sha256', key).update(`${kind}\0${text}`).digest('hex').slice(0, HASH_HEX);
  const segment = (text: string): string => {
    if (text === '' || KNOWN_WORDS.has(text)) return text;
    const [ending = ''] = ENDING.exec(text) ?? [];
    const stem = text.slice(0, text.length - ending.length);
    if (KNOWN_WORDS.has(stem)) return text;
    const dot = stem.indexOf('.');
    const word = dot > 0 && KNOWN_WORDS.has(stem.slice(0, dot)) ? stem.slice(0, dot + 1) : '';
    const name = stem.slice(word.length);
    const [, inBraces] = /^\{(.+)\}$/.exec(name) ?? [];
    return `${word}${inBraces === undefined ? hash('name', name) : `{${hash('name', inBraces)}}`}${ending}`;
  };
  const id = (text: string) => (text === 'null' || text === '' ? text : `id-${hash('id', text)}`);
  if (!hashNames) return { bucket: (name) => name, key: (name) => name, metadataName: (name) => name, id };
  return {
    bucket: (name) => `bucket-${hash('bucket', name)}`,
    key: (name) => name.split('/').map(segment).join('/'),
    metadataName: (name) => hash('metadata', name.toLowerCase()),
    id,
  };
}
