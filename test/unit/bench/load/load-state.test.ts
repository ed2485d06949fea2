// The state of a run: what is written is read again, and what is not its own is refused in one sentence.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_LOAD } from '../../../../src/bench/load/load-settings.ts';
import {
  type LoadState,
  readLoadState,
  STATE_FORMAT,
  StateFile,
} from '../../../../src/bench/load/load-state.ts';

const TARGET = { endpoint: new URL('http://127.0.0.1:9000'), bucket: 'veeam' };
const STATE: LoadState = {
  format: STATE_FORMAT,
  endpoint: TARGET.endpoint.href,
  bucket: TARGET.bucket,
  runId: '0123456789ab',
  settings: DEFAULT_LOAD,
  workedMs: 1,
  parts: 1,
  phases: [],
  writtenTo: [5],
  failedBlocks: [],
  writeLocksEndMs: 0,
  locksEndMs: 0,
  wrongReads: 0,
  wrong: [],
  series: { everyMs: 1000, samples: [] },
  capacity: [],
};

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'load-state-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test('the last of many writes is read, and no other file is left', async () => {
  const name = join(directory, 'many');
  const file = new StateFile(name);
  await Promise.all(Array.from({ length: 20 }, (_, i) => file.save({ ...STATE, workedMs: i })));
  expect(readLoadState(name, TARGET, {})).toEqual({ ...STATE, workedMs: 19 });
  expect((await readdir(directory)).filter((each) => each.startsWith('many'))).toEqual(['many']);
  await file.remove();
  expect(readLoadState(name, TARGET, {})).toBeUndefined();
});

test('without a file nothing is written', async () => {
  await expect(new StateFile(undefined).save(STATE)).resolves.toBeUndefined();
});

test('a file that cannot be written is said', async () => {
  const file = new StateFile(join(directory, 'none', 'state'));
  await expect(file.save(STATE)).rejects.toThrow(/cannot be written \(ENOENT\)\.$/);
});

describe('refused', () => {
  const reading = async (text: string, target = TARGET, given = {}) => {
    const name = join(directory, 'refused');
    await writeFile(name, text);
    return readLoadState(name, target, given);
  };

  test.each(['', 'null', '{}', '[]', '{"format":"else"}', `{"format":"${STATE_FORMAT}","runId":"../x"}`])(
    'what is no state: %s',
    async (text) => {
      await expect(reading(text)).rejects.toThrow('is no state of a load run');
    },
  );

  test('the state of another bucket or endpoint', async () => {
    const text = JSON.stringify(STATE);
    await expect(reading(text, { ...TARGET, bucket: 'other' })).rejects.toThrow('of the bucket "veeam" at');
    await expect(reading(text, { ...TARGET, endpoint: new URL('http://h') })).rejects.toThrow(
      'at http://127',
    );
  });

  test('other settings, but not the same ones', async () => {
    const text = JSON.stringify(STATE);
    await expect(reading(text, TARGET, { machines: 9 })).rejects.toThrow('is of a run with machines 4');
    await expect(reading(text, TARGET, { machines: 4 })).resolves.toEqual(STATE);
  });
});
