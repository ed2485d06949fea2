// The Veeam ONE client against a real HTTPS server: tokens, paging, selected properties, what is refused and what is sent again.
import { describe, expect, expectTypeOf, test } from 'vitest';
import { Secret } from '../../../../src/secret.ts';
import type { VeeamClock } from '../../../../src/veeam/clock.ts';
import { createOneClient } from '../../../../src/veeam/one/create-one-client.ts';
import { filterOf } from '../../../../src/veeam/one/filter.ts';
import type { OneClient } from '../../../../src/veeam/one/one-client.ts';
import type { OneObjectStorage, OneSession } from '../../../../src/veeam/one/schemas.ts';
import { VeeamAnswerError, VeeamRefusalError } from '../../../../src/veeam/transport/veeam-error.ts';
import { type Answer, type OneServer, type Seen, startOneServer } from './one-server.ts';

const session = (id: number) => ({
  jobSessionId: id,
  name: 'Object properties data collection',
  type: 'AggregateProperties',
  status: 'Success',
  statusPriority: 0,
  start: '2023-11-15T12:32:02.7Z',
  end: '2023-11-15T12:32:02.7Z',
});
const storage = {
  objectStorageId: 7,
  objectStorageUidInVbr: '88788f9e-d8f5-4eb4-bc4f-9b3f5403bcec',
  backupServerId: 1,
  name: 'gateway',
  type: 'S3Integrated',
  region: 'us-east-1',
  bucket: 'veeam-backup',
  capacityBytes: 5000,
  usedSpaceBytes: 1000,
  runningTasks: 0,
  isImmutable: true,
  immutabilityIntervalDays: 30,
};

/** The window of `all` that a request asks for, as the server would cut it. */
const pageOf = (all: readonly unknown[], { query }: Seen): Answer => {
  const offset = Number(query['Offset'] ?? 0);
  return { body: { items: all.slice(offset, offset + Number(query['Limit'])), totalCount: all.length } };
};

interface Setup extends AsyncDisposable {
  readonly server: OneServer;
  readonly one: OneClient;
  /** How long the client waited each time, in milliseconds. */
  readonly waits: readonly number[];
  /** Moves the client's clock. */
  pass(milliseconds: number): void;
}

async function setUp(
  answer: (seen: Seen) => Answer,
  options: { readonly expiresIn?: number; readonly signal?: AbortSignal } = {},
): Promise<Setup> {
  const server = await startOneServer(answer, options);
  const waits: number[] = [];
  let now = 1_000_000;
  const clock: VeeamClock = {
    now: () => now,
    wallTime: () => now,
    sleep: async (milliseconds) => {
      waits.push(milliseconds);
      now += milliseconds;
    },
    random: () => 0,
  };
  const one = createOneClient({
    url: server.url,
    trust: { kind: 'ca', pem: server.pem },
    userName: 'ONE\\op',
    password: new Secret('Password+1 &'),
    clock,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  return {
    server,
    one,
    waits,
    pass: (milliseconds) => {
      now += milliseconds;
    },
    async [Symbol.asyncDispose]() {
      await one.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const read: Item[] = [];
  for await (const item of items) read.push(item);
  return read;
}
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('tokens', () => {
  test('the first call logs in with the password, in a form; the calls carry the token', async () => {
    await using t = await setUp((seen) => pageOf([session(1)], seen));
    expect(t.server.logins).toEqual([]);
    expect(await all(t.one.sessions())).toEqual([session(1)]);
    await all(t.one.sessions());
    expect(t.server.logins).toEqual([
      { grant_type: 'password', username: 'ONE\\op', password: 'Password+1 &' },
    ]);
    expect(t.server.seen.map(({ authorization }) => authorization)).toEqual([
      'Bearer access-1',
      'Bearer access-1',
    ]);
  });

  test('a token that was refused is refreshed once for all callers, and the calls are made again', async () => {
    await using t = await setUp((seen) => pageOf([session(1)], seen));
    await all(t.one.sessions());
    t.server.expire('access-1');
    const lists = await Promise.all([1, 2, 3].map(() => all(t.one.sessions())));
    expect(lists).toEqual([[session(1)], [session(1)], [session(1)]]);
    expect(t.server.logins).toEqual([
      expect.objectContaining({ grant_type: 'password' }),
      { grant_type: 'refresh_token', refresh_token: 'refresh-1' },
    ]);
  });

  test('a token expires in the middle of paging: the page is asked for again, and nothing comes twice', async () => {
    const ids = [1, 2, 3].map(session);
    await using t = await setUp((seen) => pageOf(ids, seen));
    const got: OneSession[] = [];
    for await (const item of t.one.sessions({ pageSize: 1 })) {
      got.push(item);
      t.server.expire('access-1');
    }
    expect(got).toEqual(ids);
    expect(t.server.logins).toHaveLength(2);
  });

  test('a token is refreshed before it expires', async () => {
    await using t = await setUp((seen) => pageOf([session(1)], seen), { expiresIn: 900 });
    await all(t.one.sessions());
    t.pass(899_000);
    await all(t.one.sessions());
    expect(t.server.logins.map(({ grant_type }) => grant_type)).toEqual(['password', 'refresh_token']);
    expect(t.server.seen.map(({ authorization }) => authorization)).toEqual([
      'Bearer access-1',
      'Bearer access-2',
    ]);
  });

  test('logout revokes the token; with a SID all tokens of that user; without a token nothing', async () => {
    await using t = await setUp((seen) => (seen.path === '/api/revoke' ? {} : pageOf([], seen)));
    await t.one.logout();
    expect(t.server.seen).toEqual([]);
    await all(t.one.sessions());
    await t.one.logout();
    await all(t.one.sessions());
    await t.one.logout({ userSid: 'S-1-5-21-1' });
    const revokes = t.server.seen.filter(({ path }) => path === '/api/revoke');
    expect(revokes).toEqual([
      expect.objectContaining({
        method: 'POST',
        authorization: 'Bearer access-1',
        contentType: 'application/x-www-form-urlencoded',
        body: 'token=access-1',
      }),
      expect.objectContaining({
        method: 'POST',
        authorization: 'Bearer access-2',
        body: 'UserSid=S-1-5-21-1',
      }),
    ]);
  });

  test('close logs out', async () => {
    const t = await setUp((seen) => pageOf([], seen));
    try {
      await all(t.one.sessions());
      await t.one.close();
      expect(t.server.seen.at(-1)).toMatchObject({ path: '/api/revoke', body: 'token=access-1' });
    } finally {
      await t.server[Symbol.asyncDispose]();
    }
  });
});

describe('paging', () => {
  const many = Array.from({ length: 250 }, (_, at) => session(at));
  const windows = (t: Setup) => t.server.seen.map(({ query }) => [query['Offset'] ?? '0', query['Limit']]);

  test('asks for page after page until the count is reached', async () => {
    await using t = await setUp((seen) => pageOf(many, seen));
    expect(await all(t.one.sessions())).toEqual(many);
    expect(windows(t)).toEqual([
      ['0', '100'],
      ['100', '100'],
      ['200', '100'],
    ]);
  });

  test('offset and limit are of the collection, the page size of a request', async () => {
    await using t = await setUp((seen) => pageOf(many, seen));
    const ids = (await all(t.one.sessions({ offset: 5, limit: 7, pageSize: 3 }))).map(
      ({ jobSessionId }) => jobSessionId,
    );
    expect(ids).toEqual([5, 6, 7, 8, 9, 10, 11]);
    expect(windows(t)).toEqual([
      ['5', '3'],
      ['8', '3'],
      ['11', '1'],
    ]);
  });

  test('asks for the next page only when the reader comes to it', async () => {
    await using t = await setUp((seen) => pageOf(many, seen));
    for await (const item of t.one.sessions({ pageSize: 10 })) if (item.jobSessionId === 12) break;
    expect(windows(t)).toEqual([
      ['0', '10'],
      ['10', '10'],
    ]);
  });

  test.each([
    ['an empty page', { items: [], totalCount: 250 }],
    ['items that are null', { items: null, totalCount: 0 }],
  ])('ends with %s', async (_, body) => {
    await using t = await setUp(() => ({ body }));
    expect(await all(t.one.sessions())).toEqual([]);
    expect(t.server.seen).toHaveLength(1);
  });

  test('a server that gives more than was asked for', async () => {
    await using t = await setUp(() => ({ body: { items: many, totalCount: many.length } }));
    expect(await all(t.one.sessions({ limit: 2 }))).toEqual(many.slice(0, 2));
  });

  test('no items were asked for: nothing is asked', async () => {
    await using t = await setUp((seen) => pageOf(many, seen));
    expect(await all(t.one.sessions({ limit: 0 }))).toEqual([]);
    expect(t.server.seen).toEqual([]);
  });
});

describe('a query', () => {
  test('goes out with each page', async () => {
    await using t = await setUp((seen) => pageOf([storage, storage], seen));
    const is = filterOf<OneObjectStorage>();
    await all(
      t.one.objectStorages({
        pageSize: 1,
        filter: is.equals('type', 'S3Integrated'),
        sort: [{ property: 'name', direction: 'ascending' }],
      }),
    );
    const expected = {
      Filter: '{"property":"type","operation":"equals","value":"S3Integrated"}',
      Sort: '{"property":"name","direction":"ascending"}',
      Limit: '1',
    };
    expect(t.server.seen.map(({ query }) => query)).toEqual([expected, { ...expected, Offset: '1' }]);
  });

  test('what was not selected need not be there and is not in the type', async () => {
    await using t = await setUp((seen) => pageOf([{ name: 'gateway', capacityBytes: 5 }], seen));
    const [item] = await all(t.one.objectStorages({ select: ['name', 'capacityBytes'] }));
    expectTypeOf(item).toEqualTypeOf<Pick<OneObjectStorage, 'name' | 'capacityBytes'> | undefined>();
    expect(item).toEqual({ name: 'gateway', capacityBytes: 5n });
    expect(t.server.seen[0]?.query['Select']).toBe('name,capacityBytes');
  });

  test('what was selected must be there', async () => {
    await using t = await setUp((seen) => pageOf([{ name: 'gateway' }], seen));
    const error = await failure(all(t.one.objectStorages({ select: ['name', 'capacityBytes'] })));
    expect(error).toBeInstanceOf(VeeamAnswerError);
    expect(error).toMatchObject({ field: 'items[0].capacityBytes' });
  });
});

describe('answers', () => {
  test('bytes keep their digits beyond 2^53, and unknown fields are kept', async () => {
    const text = JSON.stringify({ ...storage, infrequentAccessStorage: 'Disabled' });
    const body = `{"items":[${text.replace('5000', '9007199254740993')}],"totalCount":1}`;
    await using t = await setUp(() => ({ body }));
    const [item] = await all(t.one.objectStorages());
    expect(item).toEqual({
      ...storage,
      capacityBytes: 9_007_199_254_740_993n,
      usedSpaceBytes: 1000n,
      infrequentAccessStorage: 'Disabled',
    });
  });

  test.each([
    ['is missing', { ...storage, type: undefined }, 'type', 'is missing'],
    ['is of another type', { ...storage, isImmutable: 'yes' }, 'isImmutable', 'is a string'],
    ['is a fraction of a byte', { ...storage, usedSpaceBytes: 1.5 }, 'usedSpaceBytes', 'is a number'],
  ])('a field that %s is named', async (_, item, field, trouble) => {
    await using t = await setUp((seen) => pageOf([storage, item], seen));
    const error = await failure(all(t.one.objectStorages()));
    expect(error).toBeInstanceOf(VeeamAnswerError);
    expect(error).toMatchObject({ field: `items[1].${field}`, message: expect.stringContaining(trouble) });
    expect(String(error)).toContain('GET /api/v2.3/vbr/repositories/objectStorages');
  });

  test('what is no JSON is said to be none', async () => {
    await using t = await setUp(() => ({ body: '<html>' }));
    await expect(all(t.one.sessions())).rejects.toThrow(
      'The answer to GET /api/v2.3/sessions?Limit=100 is no JSON but application/json; charset=utf-8, 6 bytes',
    );
  });

  test.each([
    ['repositories', '/api/v2.3/vbr/repositories'],
    ['objectStorages', '/api/v2.3/vbr/repositories/objectStorages'],
    ['scaleOutRepositories', '/api/v2.3/vbr/scaleoutRepositories'],
    ['triggeredAlarms', '/api/v2.3/alarms/triggeredAlarms'],
    ['sessions', '/api/v2.3/sessions'],
    ['dataCollectionTasks', '/api/v2.3/dataCollection/tasks'],
  ] as const)('%s are asked for at %s', async (name, path) => {
    await using t = await setUp((seen) => pageOf([], seen));
    const list: () => AsyncIterable<unknown> = t.one[name];
    expect(await all(list())).toEqual([]);
    expect(t.server.seen).toMatchObject([{ method: 'GET', path }]);
  });

  test('one session', async () => {
    await using t = await setUp(() => ({ body: session(1000) }));
    expect(await t.one.session(1000)).toEqual(session(1000));
    expect(t.server.seen).toMatchObject([{ method: 'GET', path: '/api/v2.3/sessions/1000', query: {} }]);
    await expect(t.one.session(Number.NaN)).rejects.toThrow('a session of Veeam ONE has a number, not NaN');
  });
});

describe('changes', () => {
  test('the schedule of the document is sent as it is written there', async () => {
    await using t = await setUp(() => ({}));
    const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'];
    const schedule = {
      startTime: '2023-11-18T21:00:00Z',
      timeZoneId: '',
      scheduleType: 'Daily',
      disabled: false,
      periodically: { period: 1, interval: 'Hours' as const },
      daily: { daysOfWeek: days },
      monthlyDays: { months: [], days: [] },
      monthlyWeekDays: { months: [], dayOfWeekAppearance: [], daysOfWeek: days },
    };
    await t.one.changeCollectionSchedule(schedule);
    expect(t.server.seen).toMatchObject([
      { method: 'PATCH', path: '/api/v2.3/dataCollection/schedule', contentType: 'application/json' },
    ]);
    expect(JSON.parse(t.server.seen[0]?.body ?? '')).toEqual(schedule);
  });

  test('the license update has no body', async () => {
    await using t = await setUp(() => ({}));
    await t.one.updateLicense();
    expect(t.server.seen).toMatchObject([
      { method: 'PATCH', path: '/api/v2.3/license/update', body: '', contentType: undefined },
    ]);
  });

  test('a change that failed is not sent again', async () => {
    await using t = await setUp(() => ({ status: 503, body: { title: 'Service Unavailable' } }));
    await expect(t.one.updateLicense()).rejects.toThrow('503');
    expect(t.server.seen).toHaveLength(1);
    expect(t.waits).toEqual([]);
  });
});

describe('what is refused', () => {
  test('403 names the role that the document asks for, and what Veeam said', async () => {
    await using t = await setUp(() => ({ status: 403, body: { title: 'Forbidden', detail: 'Not you.' } }));
    const error = await failure(all(t.one.sessions()));
    expect(error).toBeInstanceOf(VeeamRefusalError);
    expect(error).toMatchObject({
      method: 'GET',
      path: '/api/v2.3/sessions?Limit=100',
      status: 403,
      said: 'Not you.',
      role: 'Veeam ONE Administrator',
    });
    expect(String(error)).toContain('Veeam ONE Administrator');
    await expect(all(t.one.triggeredAlarms())).rejects.toMatchObject({ role: 'Veeam ONE Read-Only User' });
  });

  test('500 in the middle of paging: what was read before is given, then the error, which says where', async () => {
    await using t = await setUp((seen) =>
      seen.query['Offset'] === '1'
        ? { status: 500, body: { title: 'Boom' } }
        : pageOf([session(1), session(2)], seen),
    );
    const got: OneSession[] = [];
    const error = await failure(
      (async () => {
        for await (const item of t.one.sessions({ pageSize: 1 })) got.push(item);
      })(),
    );
    expect(got).toEqual([session(1)]);
    expect(error).toMatchObject({ status: 500, said: 'Boom', path: '/api/v2.3/sessions?Offset=1&Limit=1' });
    expect(String(error)).toContain('at the items from 1 on');
  });

  test('"not now" is tried again, later and later, and then believed', async () => {
    await using t = await setUp(() => ({ status: 503, body: 'no' }));
    await expect(all(t.one.sessions())).rejects.toMatchObject({ status: 503 });
    expect(t.server.seen).toHaveLength(4);
    expect(t.waits).toEqual([250, 500, 1000]);
  });

  test('"not now" once is no trouble', async () => {
    let first = true;
    await using t = await setUp((seen) => {
      if (!first) return pageOf([session(1)], seen);
      first = false;
      return { status: 429 };
    });
    expect(await all(t.one.sessions())).toEqual([session(1)]);
  });

  test('neither password nor token is in an error', async () => {
    await using t = await setUp(() => ({ status: 404, body: { title: 'Not Found' } }));
    const error = await failure(all(t.one.triggeredAlarms()));
    expect(JSON.stringify(error) + String(error) + String((error as Error).stack)).not.toMatch(
      /access-1|Password/,
    );
  });
});
