import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/cli/arguments.ts';
import { readCredentials, writeCredentials } from '../../../src/cli/credentials-file.ts';
import { Secret } from '../../../src/secret.ts';

let directory = '';
let path = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'credentials-'));
  path = join(directory, 'credentials');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const PAIR = { accessKeyId: 'ABCDEFGHIJ', secretAccessKey: new Secret('s3cr+t/=-_') };
const shown = async () => {
  const found = await readCredentials(path);
  return found && [found.accessKeyId, found.secretAccessKey.reveal()];
};
const keep = (text: string, mode = 0o600) => writeFile(path, text, { mode });

describe('writeCredentials', () => {
  test('gives what readCredentials reads, for its owner alone, in the format of AWS', async () => {
    await writeCredentials(path, PAIR);
    expect(await shown()).toEqual(['ABCDEFGHIJ', 's3cr+t/=-_']);
    expect(((await stat(path)).mode & 0o777).toString(8)).toBe('600');
    expect(await readFile(path, 'utf8')).toBe(
      '[default]\naws_access_key_id = ABCDEFGHIJ\naws_secret_access_key = s3cr+t/=-_\n',
    );
    expect(await readdir(directory)).toEqual(['credentials']);
  });

  test('what an interrupted attempt left does not hinder, whoever could read it', async () => {
    await writeFile(`${path}.new`, '[defau', { mode: 0o644 });
    await writeCredentials(path, PAIR);
    expect(((await stat(path)).mode & 0o777).toString(8)).toBe('600');
    expect(await shown()).toEqual(['ABCDEFGHIJ', 's3cr+t/=-_']);
  });

  test('a link that somebody laid at the unfinished name is not followed', async () => {
    const elsewhere = join(directory, 'elsewhere');
    await symlink(elsewhere, `${path}.new`);
    await writeCredentials(path, PAIR);
    expect((await readdir(directory)).sort()).toEqual(['credentials']);
  });
});

describe('readCredentials', () => {
  test('nothing where there is no file', async () => {
    expect(await readCredentials(path)).toBeUndefined();
  });

  test.each([
    [
      'with comments and blank lines',
      '# mine\n\n[default]\n; id\naws_access_key_id=KEY\naws_secret_access_key=SECRET\n',
    ],
    ['with Windows line ends', '[default]\r\naws_access_key_id = KEY\r\naws_secret_access_key = SECRET\r\n'],
    ['with capitals', '[default]\nAWS_ACCESS_KEY_ID = KEY\nAWS_SECRET_ACCESS_KEY = SECRET'],
    [
      'with other sections round it',
      '[a]\naws_access_key_id = NO\n[ default ]\nregion = x\naws_access_key_id = KEY\naws_secret_access_key = SECRET\n[b]\naws_secret_access_key = NO\n',
    ],
  ])('%s', async (_name, text) => {
    await keep(text);
    expect(await shown()).toEqual(['KEY', 'SECRET']);
  });

  test.each([
    ['an empty file', ''],
    ['half a pair', '[default]\naws_access_key_id = KEY\n'],
    ['an empty value', '[default]\naws_access_key_id = KEY\naws_secret_access_key =\n'],
    ['another section', '[other]\naws_access_key_id = KEY\naws_secret_access_key = SECRET\n'],
    ['no section', 'aws_access_key_id = KEY\naws_secret_access_key = SECRET\n'],
  ])('%s is refused in one sentence that names the file and shows nothing of it', async (_name, text) => {
    await keep(text);
    const error = await readCredentials(path).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(UsageError);
    const { message } = error as UsageError;
    expect(message).toMatch(
      /credentials has no section \[default\] with .*: put them back, or remove the file/,
    );
    expect(message).not.toMatch(/KEY\b|SECRET/);
  });

  test.each([0o640, 0o604, 0o660, 0o622])('mode %o is refused: others may use it', async (mode) => {
    await writeCredentials(path, PAIR);
    await chmod(path, mode);
    await expect(readCredentials(path)).rejects.toThrow(
      `${path} holds a secret and others than its owner may use it: chmod 600 it.`,
    );
  });

  test('a directory in its place is refused in one sentence', async () => {
    await expect(readCredentials(directory)).rejects.toThrow(UsageError);
  });
});
