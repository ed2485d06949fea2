// What is wrong with a command line of `bench` is said in one sentence.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/cli/arguments.ts';
import { benchCommand } from '../../../src/cli/bench.ts';
import { scratch } from './cli-fixture.ts';

describe('benchCommand', () => {
  const KEYS = { AWS_ACCESS_KEY_ID: 'K', AWS_SECRET_ACCESS_KEY: 'S' };
  const STORE = '--endpoint http://127.0.0.1:1 --bucket abc';
  test.each<[string, NodeJS.ProcessEnv, string]>([
    ['', {}, 'a sub-command of bench is missing: run, '],
    ['fly', {}, 'bench has no sub-command "fly"'],
    ['run', KEYS, '--endpoint is missing'],
    ['run --endpoint 127.0.0.1:1 --bucket abc', KEYS, 'is no URL that begins with http:// or https://'],
    ['run --endpoint http://k:s@h --bucket abc', KEYS, 'must not have credentials'],
    ['run --endpoint http://h?x --bucket abc', KEYS, 'must end before its "?"'],
    ['run --endpoint http://127.0.0.1:1', KEYS, '--bucket is missing'],
    ['run --endpoint http://127.0.0.1:1 --bucket a/b', KEYS, 'is no name of a bucket'],
    [`run ${STORE} --report r`, {}, 'AWS_ACCESS_KEY_ID is not set'],
    [`run ${STORE} --report r`, { AWS_ACCESS_KEY_ID: 'K' }, 'AWS_SECRET_ACCESS_KEY is not set'],
    [`run ${STORE}`, KEYS, '--report is missing'],
    [`run ${STORE} --report /dev/null/r`, KEYS, 'cannot be written (ENOTDIR)'],
    [`run ${STORE} --report r --ca none.pem`, KEYS, '--ca none.pem cannot be read (ENOENT)'],
    [`run ${STORE} --report r --profile huge`, KEYS, '--profile "huge" is not known'],
    [`run ${STORE} --report r --addressing dns`, KEYS, '--addressing "dns" is not known'],
    [`run ${STORE} --report r --only none`, KEYS, 'there is no case "none"'],
    [`run ${STORE} --report r --lock-wait soon`, KEYS, '--lock-wait "soon" is no whole number of seconds'],
    [`run ${STORE} --report r --colour`, KEYS, "Unknown option '--colour'"],
    [`run ${STORE} --report r more`, KEYS, '"more" is one word too many'],
    [`run ${STORE} --report r`, KEYS, 'http://127.0.0.1:1 gives no answer: connect ECONNREFUSED'],
    ['compare a.json', {}, 'needs two files'],
    ['compare a.json b.json', {}, 'a.json cannot be read (ENOENT)'],
  ])('bench %s', async (line, env, sentence) => {
    await using directory = await scratch();
    const words = line.split(' ').filter((word) => word !== '');
    const args = words.map((word) => (word === 'r' ? join(directory.path, 'r') : word));
    const error = await benchCommand(args, env).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toContain(sentence);
    expect((error as Error).message).toMatch(/^[^\n]+\.$/);
  });
});
