import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { S3Error } from '../../../../src/s3/error.ts';
import {
  GroupCommitter,
  type GroupCommitterOptions,
} from '../../../../src/store/database/group-committer.ts';
import { LazyRows, OpenListings } from '../../../../src/store/database/lazy-rows.ts';

/** A committer over one small table, whose syncs the test ends by hand. */
class Stage {
  readonly database = new DatabaseSync(':memory:');
  readonly listings = new OpenListings();
  readonly syncs: PromiseWithResolvers<void>[] = [];
  readonly fatal: Error[] = [];
  readonly events: string[] = [];
  nowMs = 0;
  fullCalls = 0;
  holdBack: Promise<void> | undefined;
  beforeCommit: () => void = () => {};
  readonly committer: GroupCommitter;

  constructor(database?: (real: DatabaseSync) => DatabaseSync) {
    this.database.exec('CREATE TABLE t (v INTEGER UNIQUE, data BLOB) STRICT');
    const options: GroupCommitterOptions = {
      database: database?.(this.database) ?? this.database,
      listings: this.listings,
      sync: () => {
        const sync = Promise.withResolvers<void>();
        this.syncs.push(sync);
        return sync.promise;
      },
      monotonic: () => this.nowMs,
      holdBack: () => this.holdBack,
      beforeCommit: () => this.beforeCommit(),
      onDurable: () => this.events.push('durable'),
      onFull: () => {
        this.fullCalls += 1;
      },
      onFatal: (error) => {
        this.fatal.push(error);
        this.events.push('fatal');
      },
    };
    this.committer = new GroupCommitter(options);
    onTestFinished(() => this.database.close());
  }

  put(value: number): Promise<number> {
    return this.committer.write(() => this.insert(value));
  }

  insert(value: number): number {
    this.database.prepare('INSERT INTO t (v) VALUES (?)').run(value);
    return value;
  }

  get values(): readonly unknown[] {
    return this.database
      .prepare('SELECT v FROM t ORDER BY v')
      .all()
      .map((row) => row['v']);
  }

  /** Turns of the event loop until so many syncs have begun. */
  async untilSyncs(count: number): Promise<void> {
    while (this.syncs.length < count) await turn();
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const code = (wanted: string) => expect.objectContaining({ code: wanted });

describe('a group', () => {
  it('is one transaction and one sync for all who wait, in their order', async () => {
    const stage = new Stage();
    const order: number[] = [];
    const puts = [3, 1, 2].map((value) => stage.put(value).then((put) => order.push(put)));
    await stage.untilSyncs(1);
    expect(stage.values).toEqual([1, 2, 3]);
    expect(order).toEqual([]);
    expect(stage.events).toEqual([]);
    stage.syncs[0]?.resolve();
    await Promise.all(puts);
    expect(order).toEqual([3, 1, 2]);
    expect(stage.events).toEqual(['durable']);
    expect(stage.syncs).toHaveLength(1);
  });

  it('is followed by one of all that came during its sync, and each hears only of its own', async () => {
    const stage = new Stage();
    const first = stage.put(1);
    await stage.untilSyncs(1);
    const later = [stage.put(2), stage.put(3)];
    for (let turns = 0; turns < 5; turns++) await turn();
    expect(stage.values).toEqual([1]);
    stage.syncs[0]?.resolve();
    await first;
    await stage.untilSyncs(2);
    expect(stage.values).toEqual([1, 2, 3]);
    stage.syncs[1]?.resolve();
    expect(await Promise.all(later)).toEqual([2, 3]);
    expect(stage.syncs).toHaveLength(2);
  });

  it('takes at most 256 changes', async () => {
    const stage = new Stage();
    const puts = Array.from({ length: 300 }, (_, value) => stage.put(value));
    await stage.untilSyncs(1);
    expect(stage.values).toHaveLength(256);
    stage.syncs[0]?.resolve();
    await stage.untilSyncs(2);
    expect(stage.values).toHaveLength(300);
    stage.syncs[1]?.resolve();
    expect(await Promise.all(puts)).toEqual(Array.from({ length: 300 }, (_, value) => value));
  });

  it('takes no more after 20 ms, and at least one', async () => {
    const stage = new Stage();
    const slow = (value: number) =>
      stage.committer.write(() => {
        stage.nowMs += 9;
        return stage.insert(value);
      });
    const puts = [1, 2, 3, 4].map(slow);
    await stage.untilSyncs(1);
    expect(stage.values).toEqual([1, 2, 3]);
    stage.syncs[0]?.resolve();
    await stage.untilSyncs(2);
    stage.syncs[1]?.resolve();
    await Promise.all(puts);
    expect(stage.values).toEqual([1, 2, 3, 4]);
  });

  it('waits while it is held back', async () => {
    const stage = new Stage();
    const held = Promise.withResolvers<void>();
    stage.holdBack = held.promise;
    const put = stage.put(1);
    for (let turns = 0; turns < 5; turns++) await turn();
    expect(stage.values).toEqual([]);
    held.resolve();
    await stage.untilSyncs(1);
    stage.syncs[0]?.resolve();
    expect(await put).toBe(1);
  });
});

describe('a change', () => {
  it('that throws undoes only itself, and hears of it with the others', async () => {
    const stage = new Stage();
    const before = stage.put(1);
    const broken = stage.committer.write(() => {
      stage.insert(2);
      throw new S3Error('PreconditionFailed');
    });
    const told = expect(broken).rejects.toThrow(code('PreconditionFailed'));
    const after = stage.put(3);
    await stage.untilSyncs(1);
    stage.syncs[0]?.resolve();
    await told;
    expect(await Promise.all([before, after])).toEqual([1, 3]);
    expect(stage.values).toEqual([1, 3]);
  });

  it('sees what it and earlier ones changed', async () => {
    const stage = new Stage();
    const puts = [
      stage.put(1),
      stage.committer.write(() => {
        stage.insert(2);
        return stage.values;
      }),
    ];
    await stage.untilSyncs(1);
    stage.syncs[0]?.resolve();
    expect((await Promise.all(puts))[1]).toEqual([1, 2]);
  });

  it('must not be asynchronous', async () => {
    const stage = new Stage();
    const told = expect(
      stage.committer.write(async () => {
        stage.insert(1);
        await turn();
        throw new Error('nobody hears this');
      }),
    ).rejects.toThrow('must not be asynchronous');
    await stage.untilSyncs(1);
    stage.syncs[0]?.resolve();
    await told;
    expect(stage.values).toEqual([]);
  });

  it('may ask for another write, which comes later', async () => {
    const stage = new Stage();
    let inner: Promise<number> | undefined;
    const outer = stage.committer.write(() => {
      inner = stage.put(2);
      return stage.values;
    });
    await stage.untilSyncs(1);
    stage.syncs[0]?.resolve();
    expect(await outer).toEqual([]);
    await stage.untilSyncs(2);
    stage.syncs[1]?.resolve();
    expect(await inner).toBe(2);
  });

  it('cannot go on with a listing that another transaction has overtaken', async () => {
    const stage = new Stage();
    stage.database.exec('INSERT INTO t (v) VALUES (1), (2), (3)');
    const rows = new LazyRows<{ v: number }>(stage.database, stage.listings, 'SELECT v FROM t ORDER BY v');
    const half = rows.from();
    expect(half.next().value).toEqual({ v: 1 });
    const whole = [...rows.from()].map(({ v }) => v);
    expect(whole).toEqual([1, 2, 3]);
    const put = stage.put(4);
    await stage.untilSyncs(1);
    stage.syncs[0]?.resolve();
    await put;
    expect(() => half.next()).toThrow('left open while a transaction ran');
    expect([...rows.from()]).toHaveLength(4);
  });
});

describe('without room', () => {
  it('for a change SQLite gives up the transaction: its group is InsufficientStorage, the next is taken', async () => {
    const stage = new Stage();
    stage.database.exec('PRAGMA max_page_count = 20');
    const big = () =>
      stage.committer.write(() =>
        stage.database.prepare('INSERT INTO t (v, data) VALUES (2, zeroblob(1000000))').run(),
      );
    await Promise.all(
      [stage.put(1), big()].map((write) => expect(write).rejects.toThrow(code('InsufficientStorage'))),
    );
    const after = stage.put(3);
    await stage.untilSyncs(1);
    stage.syncs[0]?.resolve();
    expect(await after).toBe(3);
    expect(stage.values).toEqual([3]);
    expect(stage.fatal).toEqual([]);
    expect(stage.fullCalls).toBe(1);
  });

  it('for the commit the group is InsufficientStorage, nothing is synced, and the next group is taken', async () => {
    const stage = new Stage((real) => failing(real, 'COMMIT', 13));
    const told = Promise.all(
      [1, 2].map((value) => expect(stage.put(value)).rejects.toThrow(code('InsufficientStorage'))),
    );
    await told;
    expect(stage.values).toEqual([]);
    expect(stage.syncs).toHaveLength(0);
    expect(stage.fullCalls).toBe(1);
    expect(stage.fatal).toEqual([]);
    await expect(stage.put(1)).rejects.toThrow(code('InsufficientStorage'));
  });

  it('to begin, all who wait are told', async () => {
    const stage = new Stage((real) => failing(real, 'BEGIN IMMEDIATE', 4874));
    await Promise.all(
      [1, 2].map((value) => expect(stage.put(value)).rejects.toThrow(code('InsufficientStorage'))),
    );
  });
});

describe('a failure', () => {
  it('of a transaction that SQLite gave up rejects the whole group, and the next one is taken', async () => {
    const stage = new Stage();
    const first = stage.put(1);
    const second = stage.committer.write(() => {
      stage.database.prepare('INSERT OR ROLLBACK INTO t (v) VALUES (1)').run();
    });
    const third = stage.put(3);
    await expect(first).rejects.toThrow(code('InternalError'));
    await expect(second).rejects.toThrow(code('InternalError'));
    await stage.untilSyncs(1);
    stage.syncs[0]?.resolve();
    expect(await third).toBe(3);
    expect(stage.values).toEqual([3]);
    expect(stage.fatal).toEqual([]);
  });

  it('before the commit rejects the group and keeps nothing of it', async () => {
    const stage = new Stage();
    stage.beforeCommit = () => {
      throw new Error('cannot note the time');
    };
    await expect(stage.put(1)).rejects.toThrow('cannot note the time');
    expect(stage.values).toEqual([]);
    expect(stage.fatal).toEqual([]);
  });

  it('of the sync is never repeated: every write is refused from then on', async () => {
    const stage = new Stage();
    const events = stage.events;
    const first = stage.put(1).catch((error: unknown) => {
      events.push('told');
      return error;
    });
    await stage.untilSyncs(1);
    const waiting = expect(stage.put(2)).rejects.toThrow(code('InternalError'));
    stage.syncs[0]?.reject(new Error('EIO: i/o error, fdatasync'));
    expect(await first).toEqual(code('InternalError'));
    await waiting;
    await expect(stage.put(3)).rejects.toThrow(code('InternalError'));
    expect(stage.syncs).toHaveLength(1);
    expect(stage.fatal).toEqual([expect.objectContaining({ message: 'EIO: i/o error, fdatasync' })]);
    // The process can end before a caller removes a file that the log may refer to.
    expect(events).toEqual(['fatal', 'told']);
    await stage.committer.close();
  });

  it('of the commit in the middle is fatal too: part of it may be in the log', async () => {
    const stage = new Stage((real) => failing(real, 'COMMIT', 778));
    await expect(stage.put(1)).rejects.toThrow(code('InternalError'));
    expect(stage.fatal).toHaveLength(1);
    await expect(stage.put(2)).rejects.toThrow(code('InternalError'));
    expect(stage.syncs).toHaveLength(0);
  });
});

describe('close', () => {
  it('waits for what was asked for, and refuses the rest', async () => {
    const stage = new Stage();
    const put = stage.put(1);
    let closed = false;
    const closing = stage.committer.close().then(() => {
      closed = true;
    });
    await expect(stage.put(2)).rejects.toThrow(code('ServiceUnavailable'));
    await stage.untilSyncs(1);
    expect(closed).toBe(false);
    stage.syncs[0]?.resolve();
    expect(await put).toBe(1);
    await closing;
    expect(stage.values).toEqual([1]);
  });

  it('of one that did nothing ends at once', async () => {
    await new Stage().committer.close();
  });
});

/** The database, except that one statement fails with that code of SQLite: a disk that fails at that moment. */
function failing(real: DatabaseSync, statement: string, errcode: number): DatabaseSync {
  return new Proxy(real, {
    get(target, name) {
      if (name === 'prepare') {
        return (sql: string) => {
          const prepared = target.prepare(sql);
          if (sql !== statement) return prepared;
          return {
            run() {
              throw Object.assign(new Error('the disk failed'), { errcode, code: 'ERR_SQLITE_ERROR' });
            },
          };
        };
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
