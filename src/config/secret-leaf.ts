// A secret in the config: the text itself, `{ env: NAME }` or `{ file: PATH }`. No message here shows one.
import type Type from 'typebox';
import { Secret } from '../secret.ts';
import { type LeafSource, leaf, WrongValue } from './leaf.ts';

type Written = string | { readonly env: string } | { readonly file: string };

const reference = (key: string, value: object) => ({
  type: 'object',
  properties: { [key]: value },
  required: [key],
  additionalProperties: false,
});

export function secret(description: string, minLength: number): Type.TUnsafe<Secret> {
  const least = minLength === 1 ? 'that is not empty' : `of at least ${minLength} characters`;
  const expected = `a secret ${least}: a text in quotes, { env: NAME } or { file: PATH }`;
  return leaf(
    {
      description,
      anyOf: [
        { type: 'string' },
        reference('env', { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }),
        reference('file', { type: 'string', minLength: 1 }),
      ],
    },
    {
      expected,
      isPrivate: true,
      read: (written: Written, source, warn) => {
        const { text, from } = readText(written, source, warn);
        if (text.length < minLength) {
          const found = text === '' ? 'an empty one' : 'a shorter one';
          throw new WrongValue(`expected a secret ${least}${from}, found ${found}`);
        }
        return new Secret(text);
      },
    },
  );
}

function readText(written: Written, source: LeafSource, warn: (message: string) => void) {
  if (typeof written === 'string') {
    if (source.isConfigWorldReadable) {
      warn(
        'is written into a config that everyone may read; use { env: NAME } or { file: PATH }, or chmod 600',
      );
    }
    return { text: written, from: '' };
  }
  if ('env' in written) {
    const variable = `the environment variable ${shownName(written.env)}`;
    const text = source.env[written.env];
    if (text === undefined) throw new WrongValue(`expected ${variable} to be set, found it missing`);
    return { text, from: ` in ${variable}` };
  }
  const found = source.readFile(written.file);
  if (found.isWorldReadable) warn(`everyone may read the secret in ${written.file}; chmod 600 it`);
  return { text: found.text.replace(/\r?\n$/, ''), from: ` in ${written.file}` };
}

/** A name in capitals is shown; anything else could be the secret itself, pasted into the wrong place. */
function shownName(name: string): string {
  return /^[A-Z_][A-Z0-9_]{0,63}$/.test(name) ? name : 'that is named here';
}
