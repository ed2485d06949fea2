// What a recording tells of a query: names, and values that say nothing of who asked.
import type { NameWriter } from './hashed-names.ts';
import type { RecordedParameter } from './recording-format.ts';

const NUMBERS = ['list-type', 'max-keys', 'max-uploads', 'max-parts', 'partNumber', 'part-number-marker'];
const KEYS = ['prefix', 'marker', 'start-after', 'key-marker'];
const IDS = ['versionId', 'version-id-marker', 'uploadId', 'upload-id-marker', 'continuation-token'];
const NAME = /^[A-Za-z][A-Za-z-]{0,39}$/;

/** In order, decoded. What cannot be decoded stays as it is. */
export function readQuery(text: string): readonly (readonly [name: string, value: string | undefined])[] {
  if (text === '') return [];
  return text.split('&').map((pair) => {
    const equals = pair.indexOf('=');
    return equals < 0
      ? [decoded(pair), undefined]
      : [decoded(pair.slice(0, equals)), decoded(pair.slice(equals + 1))];
  });
}

export function tellQuery(
  query: ReturnType<typeof readQuery>,
  names: NameWriter,
): readonly RecordedParameter[] {
  return query.map(([name, value]) => {
    const told = value === undefined ? undefined : tellValue(name, value, names);
    const toldName = NAME.test(name) || NUMBERS.includes(name) ? name : '(other)';
    return told === undefined ? [toldName] : [toldName, told];
  });
}

/** Undefined where it stays out. */
function tellValue(name: string, value: string, names: NameWriter): string | undefined {
  if (value === '') return '';
  if (NUMBERS.includes(name)) return /^\d{1,10}$/.test(value) ? value : undefined;
  if (KEYS.includes(name)) return names.key(value);
  if (IDS.includes(name)) return names.id(value);
  if (name === 'delimiter') return value.length === 1 ? value : undefined;
  if (name === 'encoding-type') return value === 'url' ? value : undefined;
  if (name === 'fetch-owner') return /^(true|false)$/.test(value) ? value : undefined;
  return undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
