import { stat } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Checkpointer, type LogState } from '../../../../src/store/database/checkpointer.ts';
import { openForWriting } from '../../../../src/store/database/open-connection.ts';
import { differencesIn, makeBucket, NO_SYNC, temporaryFile, testCatalog } from './catalog-fixture.ts';
import { newVersion } from './new-rows.ts';

const PAGE = 4_096;

/** A database with a checkpointer, and writes of about 10 pages. */
async function stage(bounds: { checkpointFromFrames: number; holdBackFromFrames: number }) {
  const file = await temporaryFile();
  const database = openForWriting(file, { mayBeNew: true, storeId: undefined });
  database.exec('CREATE TABLE pages (id INTEGER PRIMARY KEY, data BLOB)');
  const fatal: Error[] = [];
  const log: string[] = [];
  const noop = database.prepare('PRAGMA wal_checkpoint(NOOP)');
  const logState = (): LogState => {
    const { log: frames, checkpointed: moved } = noop.get() as { log: number; checkpointed: number };
    return { frames, moved };
  };
  const checkpointer = new Checkpointer({
    file,
    logState,
    onLog: (_, message) => log.push(message),
    onFatal: (error) => fatal.push(error),
    ...bounds,
  });
  onTestFinished(async () => {
    await checkpointer.close();
    database.close();
  });
  const write = () => database.exec('INSERT INTO pages (data) VALUES (zeroblob(40000))');
  return { file, database, checkpointer, logState, write, fatal, log };
}

async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await new Promise((resolve) => setImmediate(resolve));
}

describe('the checkpointer', () => {
  it('moves the log in the background when there is enough of it', async () => {
    const { checkpointer, logState, write } = await stage({
      checkpointFromFrames: 50,
      holdBackFromFrames: 9_999,
    });
    write();
    checkpointer.afterCommit();
    expect(checkpointer.holdBack()).toBeUndefined();
    while (logState().frames < 50) write();
    expect(logState().moved).toBe(0);
    checkpointer.afterCommit();
    await until(() => logState().moved === logState().frames);
  });

  it('holds the writer back for a round when the log is long, so that it starts again', async () => {
    const { checkpointer, logState, write } = await stage({
      checkpointFromFrames: 9_999,
      holdBackFromFrames: 50,
    });
    while (logState().frames < 50) write();
    const held = checkpointer.holdBack();
    expect(held).toBeInstanceOf(Promise);
    await held;
    expect(logState().moved).toBe(logState().frames);
    expect(checkpointer.holdBack()).toBeUndefined();
    write();
    expect(logState().frames).toBeLessThan(50);
  });

  it('does not hold back each group while a reader elsewhere keeps the log from starting again', async () => {
    const { file, checkpointer, logState, write } = await stage({
      checkpointFromFrames: 9_999,
      holdBackFromFrames: 50,
    });
    const reader = new DatabaseSync(file, { readOnly: true });
    onTestFinished(() => reader.close());
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM pages').get();
    while (logState().frames < 50) write();
    await checkpointer.holdBack();
    expect(logState().moved).toBeLessThan(logState().frames);
    write();
    expect(checkpointer.holdBack()).toBeUndefined();
    while (logState().frames < 110) write();
    await checkpointer.holdBack();
    reader.exec('COMMIT');
    while (logState().frames < 170) write();
    await checkpointer.holdBack();
    write();
    expect(logState().frames).toBeLessThan(50);
  });

  it('ends with its thread, and asks for nothing afterwards', async () => {
    const { checkpointer, logState, write, fatal } = await stage({
      checkpointFromFrames: 5,
      holdBackFromFrames: 5,
    });
    write();
    await checkpointer.close();
    expect(checkpointer.holdBack()).toBeUndefined();
    checkpointer.afterCommit();
    await checkpointer.moveNow();
    expect(logState().moved).toBe(0);
    expect(fatal).toEqual([]);
  });

  it('says so when its thread cannot work', async () => {
    const fatal: Error[] = [];
    const file = `${await temporaryFile()}/nothing`;
    const checkpointer = new Checkpointer({
      file,
      logState: () => ({ frames: 9, moved: 0 }),
      onLog: () => {},
      onFatal: (error) => fatal.push(error),
      holdBackFromFrames: 1,
    });
    // Whoever waits is let go.
    await checkpointer.holdBack();
    await until(() => fatal.length > 0);
    expect(fatal).toEqual([expect.objectContaining({ message: 'unable to open database file' })]);
    expect(checkpointer.holdBack()).toBeUndefined();
    await checkpointer.close();
  });
});

describe('a catalog under load', () => {
  it('keeps its log short, and nothing is lost', async () => {
    const bounds = { checkpointFromFrames: 100, holdBackFromFrames: 300 };
    const { catalog, file, log, ...rest } = await testCatalog({ ...NO_SYNC, checkpoints: bounds });
    const { id: bucketId } = await makeBucket({ catalog, ...rest });
    let highest = 0;
    for (let round = 0; round < 100; round++) {
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          catalog.write(({ versions }) =>
            versions.insert(newVersion({ bucketId, key: `${round}/${index}`, size: 9_000 }), false),
          ),
        ),
      );
      highest = Math.max(highest, (await stat(`${file}-wal`)).size / PAGE);
    }
    // About 100 pages a round were written, 10,000 in all.
    expect(highest).toBeLessThan(1_000);
    expect(catalog.buckets.usage(bucketId)).toEqual({ usedBytes: 18_000_000n, versions: 2_000 });
    expect(differencesIn(file)).toEqual([]);
    expect(log).toEqual([]);
  });
});
