import { describe, expect, test } from 'vitest';
import { renderStart, type StartFacts } from '../../../src/cli/start-block.ts';

const FACTS: StartFacts = {
  version: '1.2.3',
  endpoint: 'http://127.0.0.1:8080',
  admin: 'http://127.0.0.1:8081',
  region: 'us-east-1',
  bucket: 'veeam-backup',
  dataDirectory: '/srv/data',
  accessKeyId: 'KEYID',
  credentialsFile: '/srv/data/credentials',
  secret: undefined,
};
const ESCAPE = '\u001b';

describe('renderStart', () => {
  test('names everything that a client needs, in columns', () => {
    const text = renderStart(FACTS, false);
    for (const wanted of [
      'http://127.0.0.1:8080',
      'us-east-1',
      'veeam-backup',
      'KEYID',
      '/srv/data',
      '8081/readyz',
    ]) {
      expect(text).toContain(wanted);
    }
    const [, ...rows] = text.trim().split('\n\n')[0]?.split('\n') ?? [];
    expect(new Set(rows.map((row) => /^ {2}\S.*? {2,}(?=\S)/.exec(row)?.[0].length)).size).toBe(1);
    expect(text).toMatch(/^\n.*\n\n$/s);
    for (const line of text.split('\n')) expect(line).toBe(line.trimEnd());
  });

  test('says where the secret is, and shows it only where it is given', () => {
    expect(renderStart(FACTS, false)).toContain('Secret key       in /srv/data/credentials\n');
    expect(renderStart({ ...FACTS, secret: 'S3CRET' }, false)).toContain(
      'Secret key       S3CRET (shown this once; kept in /srv/data/credentials)\n',
    );
    const fromEnvironment = renderStart({ ...FACTS, credentialsFile: undefined }, false);
    expect(fromEnvironment).toContain('as in SOSAPI_SECRET_ACCESS_KEY');
    expect(fromEnvironment).not.toContain('AWS_SHARED_CREDENTIALS_FILE');
  });

  test('bold only where it may be', () => {
    expect(renderStart(FACTS, false)).not.toContain(ESCAPE);
    const coloured = renderStart(FACTS, true);
    expect(coloured.replace(new RegExp(`${ESCAPE}\\[\\d+m`, 'g'), '')).toBe(renderStart(FACTS, false));
    expect(coloured).toContain(`${ESCAPE}[1mAWS CLI${ESCAPE}[22m`);
  });

  test.each([
    ['/srv/my data/credentials', "'/srv/my data/credentials'"],
    ["/srv/it's/credentials", "'/srv/it'\\''s/credentials'"],
    ['/srv/$HOME/credentials', "'/srv/$HOME/credentials'"],
  ])('a path is written as a shell reads it: %s', (credentialsFile, quoted) => {
    expect(renderStart({ ...FACTS, credentialsFile }, false)).toContain(
      `export AWS_SHARED_CREDENTIALS_FILE=${quoted}\n`,
    );
  });
});
