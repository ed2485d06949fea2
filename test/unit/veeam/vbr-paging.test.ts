// Collections that come in pages, and a server that fails in the middle of them.
import { afterEach, describe, expect, test } from 'vitest';
import {
  VeeamAnswerError,
  VeeamRefusalError,
  VeeamRevisionError,
} from '../../../src/veeam/transport/veeam-error.ts';
import type { Revision } from '../../../src/veeam/vbr/revisions.ts';
import type { Answer, Asked } from './scripted-server.ts';
import {
  allOf,
  errorOf,
  pageBody,
  refused,
  repositoryBody,
  type ScriptedVbr,
  scriptedVbr,
} from './vbr-script.ts';

const owned: ScriptedVbr[] = [];
afterEach(async () => {
  for (const vbr of owned.splice(0)) await vbr[Symbol.asyncDispose]();
});

const ALL = Array.from({ length: 450 }, (_, at) => repositoryBody(`Repository ${at + 1}`));
const NAMES = ALL.map(({ name }) => name);

async function vbrWith(answer: (asked: Asked) => Answer): Promise<ScriptedVbr> {
  const vbr = await scriptedVbr({ answer });
  owned.push(vbr);
  return vbr;
}

const pagesOf = (vbr: ScriptedVbr) =>
  vbr.server.asked
    .filter(({ query }) => query.has('limit'))
    .map(({ query }) => `${query.get('skip')}+${query.get('limit')}`);

async function namesOf(list: AsyncIterable<{ readonly name: string }>): Promise<readonly string[]> {
  return (await allOf(list)).map(({ name }) => name);
}

describe('a list', () => {
  test('has every item of every page, in order', async () => {
    const vbr = await vbrWith((asked) => ({ body: pageBody(ALL, asked) }));
    expect(await namesOf(vbr.client.repositories.list())).toEqual(NAMES);
    expect(pagesOf(vbr)).toEqual(['0+200', '200+200', '400+200']);
  });

  test('asks for a page only when the reader comes to it', async () => {
    const vbr = await vbrWith((asked) => ({ body: pageBody(ALL, asked) }));
    for await (const { name } of vbr.client.repositories.list()) if (name === 'Repository 200') break;
    expect(pagesOf(vbr)).toEqual(['0+200']);
  });

  test.each([
    [{ skip: 10, limit: 3 }, ['10+3'], NAMES.slice(10, 13)],
    [{ limit: 5, pageSize: 2 }, ['0+2', '2+2', '4+1'], NAMES.slice(0, 5)],
    [{ skip: 448 }, ['448+200'], NAMES.slice(448)],
    [{ skip: 450 }, ['450+200'], []],
    [{ limit: 0 }, [], []],
    [{ skip: 440, limit: 100 }, ['440+100'], NAMES.slice(440)],
  ])('with %j asks for %j', async (query, pages, names) => {
    const vbr = await vbrWith((asked) => ({ body: pageBody(ALL, asked) }));
    expect(await namesOf(vbr.client.repositories.list(query))).toEqual(names);
    expect(pagesOf(vbr)).toEqual(pages);
  });

  test('goes on from what the server really gave, where that is less than was asked for', async () => {
    const vbr = await vbrWith((asked) => ({ body: pageBody(ALL, asked, 150) }));
    expect(await namesOf(vbr.client.repositories.list())).toEqual(NAMES);
    expect(pagesOf(vbr)).toEqual(['0+200', '150+200', '300+200']);
  });

  test('sends its filters and its order with every page', async () => {
    const vbr = await vbrWith((asked) => ({ body: pageBody(ALL, asked) }));
    const query = { nameFilter: '*Repo & sitory*', typeFilter: ['S3Compatible', 'SmartObjectS3'] };
    const order = { orderColumn: 'Name', orderAsc: false } as const;
    await namesOf(vbr.client.repositories.list({ ...query, ...order, excludeExtents: true }));
    const asked = vbr.server.asked.filter(({ query: { size } }) => size > 0);
    expect(asked).toHaveLength(3);
    for (const { query: sent } of asked) {
      expect(sent.get('nameFilter')).toBe('*Repo & sitory*');
      expect(sent.getAll('typeFilter')).toEqual(['S3Compatible', 'SmartObjectS3']);
      expect([sent.get('orderColumn'), sent.get('orderAsc')]).toEqual(['Name', 'false']);
      expect(sent.get('excludeExtents')).toBe('true');
    }
  });

  test('that has no more items but says that there are more is an error, not an endless loop', async () => {
    const vbr = await vbrWith((asked) => {
      const page = pageBody(ALL.slice(0, 200), asked);
      return { body: { ...page, pagination: { ...page.pagination, total: 201 } } };
    });
    const error = await errorOf(namesOf(vbr.client.repositories.list()));
    expect(error).toBeInstanceOf(VeeamAnswerError);
    expect(error.message).toMatch(/no items from number 201 on, and says that there are 201/);
  });
});

describe('the task sessions of a session', () => {
  const TASKS = Array.from({ length: 250 }, (_, at) => ({
    ...{ id: `t${at}`, type: 'Backup', sessionId: 's1', sessionType: 'BackupJob' },
    creationTime: '2026-03-01T08:00:00Z',
  }));

  async function vbrAt(revision: Revision, tasks: readonly unknown[]): Promise<ScriptedVbr> {
    const vbr = await scriptedVbr({
      client: { revision },
      answer: (asked) => ({ body: pageBody(tasks, asked) }),
    });
    owned.push(vbr);
    return vbr;
  }

  test('come in pages from 1.3-rev2', async () => {
    const vbr = await vbrAt('1.3-rev2', TASKS);
    expect(await allOf(vbr.client.sessions.taskSessions('s1'))).toEqual(TASKS);
    expect(pagesOf(vbr)).toEqual(['0+200', '200+200']);
  });

  test('come all at once before', async () => {
    const vbr = await vbrAt('1.3-rev0', TASKS.slice(0, 3));
    expect(await allOf(vbr.client.sessions.taskSessions('s1'))).toEqual(TASKS.slice(0, 3));
    expect(vbr.calls()).toEqual(['GET /api/v1/sessions/s1/taskSessions']);
  });

  test('that did not come at once before are not silently left out', async () => {
    const vbr = await vbrAt('1.3-rev0', TASKS);
    const error = await errorOf(allOf(vbr.client.sessions.taskSessions('s1')));
    expect(error).toBeInstanceOf(VeeamRevisionError);
    expect(error.message).toMatch(/The rest of 250 items needs revision 1\.3-rev2/);
  });
});

describe('a 500 in the middle of a list', () => {
  test('that passes is not noticed', async () => {
    let failures = 2;
    const vbr = await vbrWith((asked) => {
      if (asked.query.get('skip') === '200' && failures > 0) {
        failures -= 1;
        return refused(500, 'UnknownError', 'Try again.');
      }
      return { body: pageBody(ALL, asked) };
    });
    expect(await namesOf(vbr.client.repositories.list())).toEqual(NAMES);
    expect(pagesOf(vbr)).toEqual(['0+200', '200+200', '200+200', '200+200', '400+200']);
  });

  test('that stays is an error that names the page, after the items before it', async () => {
    const vbr = await vbrWith((asked) =>
      asked.query.get('skip') === '200'
        ? refused(500, 'UnknownError', 'Database is gone.')
        : { body: pageBody(ALL, asked) },
    );
    const seen: string[] = [];
    const error = await errorOf(
      (async () => {
        for await (const { name } of vbr.client.repositories.list()) seen.push(name);
      })(),
    );
    expect(seen).toEqual(NAMES.slice(0, 200));
    expect(error).toBeInstanceOf(VeeamRefusalError);
    expect(error.message).toMatch(/skip=200&limit=200 was answered with status 500 UnknownError/);
    expect(error.message).toMatch(/Database is gone \(reading items 201 to 400\)\.$/);
  });
});
