// Credentials in a file of their own: what is taken, and what is said of where.
import { describe, expect, test } from 'vitest';
import { formatProblems } from '../../../src/config/problem.ts';
import { BACKENDS, type Disk, errorOf, FILE, load, MINIMAL } from './fixture.ts';

const PATH = '/etc/gateway/secrets/keys.yaml';
const ALONE = `${BACKENDS}\ncredentialsFile: secrets/keys.yaml\n`;
const BOTH = `${MINIMAL}credentialsFile: ${PATH}\n`;
const one = (id: string, secret = 'writtensecret') =>
  `- { accessKeyId: ${id}, secretAccessKey: ${secret}, access: read-only }\n`;

const disk = (text: string, more: Disk = {}): { readonly disk: Disk } => ({
  disk: { [PATH]: text, ...more },
});
const shown = ({ config }: ReturnType<typeof load>) =>
  config.credentials.map(({ accessKeyId, secretAccessKey }) => [accessKeyId, secretAccessKey.reveal()]);
const linesOf = (text: string, files: { readonly disk: Disk }): readonly string[] =>
  formatProblems(FILE, errorOf(text, files).problems).split('\n');

describe('is taken', () => {
  test('alone', () => {
    const { config, warnings } = load(ALONE, disk(one('FILEKEY1') + one('FILEKEY2')));
    expect(config.credentials).toMatchObject([
      { accessKeyId: 'FILEKEY1', access: 'read-only', buckets: ['*'], explain: false },
      { accessKeyId: 'FILEKEY2' },
    ]);
    expect(warnings).toEqual([]);
  });

  test('behind those of the config', () => {
    expect(shown(load(BOTH, disk(one('FILEKEY1'))))).toEqual([
      ['VEEAMKEY', 'veeamsecret'],
      ['FILEKEY1', 'writtensecret'],
    ]);
  });

  test('as JSON', () => {
    const text = JSON.stringify([
      { accessKeyId: 'JSONKEY', secretAccessKey: 'jsonsecret', access: 'read-write' },
    ]);
    expect(shown(load(ALONE, disk(text)))).toEqual([['JSONKEY', 'jsonsecret']]);
  });

  test('with secrets in files beside it', () => {
    const files = disk(one('FILEKEY1', '{ file: one.secret }'), {
      '/etc/gateway/secrets/one.secret': 'its own secret\n',
    });
    expect(shown(load(ALONE, files))).toEqual([['FILEKEY1', 'its own secret']]);
  });

  test('with a warning for each secret that everyone may read in it', () => {
    const text = one('FILEKEY1') + one('FILEKEY2', '{ file: one.secret }');
    const { warnings } = load(ALONE, {
      disk: {
        [PATH]: { text, isWorldReadable: true },
        '/etc/gateway/secrets/one.secret': { text: 'its own secret', isWorldReadable: true },
      },
    });
    expect(formatProblems(FILE, warnings).split('\n')).toEqual([
      `${PATH}:1 [0].secretAccessKey: is written into a config that everyone may read; use { env: NAME } or { file: PATH }, or chmod 600`,
      `${PATH}:2 [1].secretAccessKey: everyone may read the secret in one.secret; chmod 600 it`,
    ]);
  });
});

describe('is refused', () => {
  test.each<[name: string, text: string, lines: readonly string[]]>([
    ['with nothing in it', '', [`${PATH}: expected a list of at least one, found nothing`]],
    ['with an empty list', '[]', [`${PATH}: expected a list of at least one, found an empty list`]],
    [
      'with the key of the config round it',
      `credentials:\n${one('FILEKEY1')}`,
      [`${PATH}: expected a list of at least one, found a map`],
    ],
    [
      'with a key that is not there',
      `${one('FILEKEY1')}- { accessKeyId: FILEKEY2, secretAcessKey: hunter2hunter2, access: read-only }\n`,
      [
        `${PATH}:2 [1].secretAcessKey: unknown key secretAcessKey; did you mean secretAccessKey?`,
        `${PATH}:2 [1].secretAccessKey: expected a secret of at least 8 characters: a text in quotes, { env: NAME } or { file: PATH }, found nothing`,
      ],
    ],
    [
      'with half of it written',
      `${one('FILEKEY1')}- { accessKeyId: FILEKEY2, secretAccessKey: "hunter2hun`,
      [`${PATH}:2: expected YAML, found a mistake: a ":", a quote or a bracket is missing (MISSING_CHAR)`],
    ],
    [
      'with a key twice',
      '- accessKeyId: FILEKEY1\n  secretAccessKey: writtensecret\n  access: read-only\n  access: read-write\n',
      [`${PATH}:4 [0].access: expected each key once, found this one again`],
    ],
    [
      'with an id twice',
      one('FILEKEY1') + one('FILEKEY1'),
      [`${PATH}:2 [1].accessKeyId: expected an id of its own, found one that stands further up too`],
    ],
  ])('%s', (_name, text, lines) => {
    const said = linesOf(ALONE, disk(text));
    expect(said.slice(0, lines.length)).toEqual(lines);
    expect(said.join('\n')).not.toContain('hunter2');
  });

  test('with an id of the config: both places are named', () => {
    expect(linesOf(BOTH, disk(one('FILEKEY1') + one('VEEAMKEY')))).toEqual([
      `${PATH}:2 [1].accessKeyId: expected an id of its own, found the one of ${FILE}:2 credentials[0] again`,
    ]);
  });

  test('where it is named by no text', () => {
    expect(linesOf(`${BACKENDS}\ncredentialsFile: [a]\n`, { disk: {} })).toEqual([
      `${FILE}:2 credentialsFile: expected the path of a file, found a list`,
    ]);
  });

  test('where it is not there', () => {
    expect(linesOf(ALONE, { disk: {} })).toEqual([
      `${FILE}:2 credentialsFile: expected a file that can be read, found secrets/keys.yaml: no such file`,
    ]);
  });

  test('where a file that it names is not there', () => {
    expect(linesOf(ALONE, disk(one('FILEKEY1', '{ file: one.secret }')))).toEqual([
      `${PATH}:1 [0].secretAccessKey: expected a file that can be read, found one.secret: no such file`,
    ]);
  });

  test('with problems of the config first', () => {
    expect(linesOf(`${ALONE}log: { level: loud }\n`, disk(one('ab')))).toEqual([
      expect.stringContaining(`${FILE}:3 log.level: `),
      expect.stringContaining(`${PATH}:1 [0].accessKeyId: `),
    ]);
  });
});
