// Which revision is spoken, how a client comes down to an older one, and what it then refuses to leave out.
import { afterEach, describe, expect, test } from 'vitest';
import { VeeamRevisionError } from '../../../src/veeam/transport/veeam-error.ts';
import {
  nextRevision,
  REVISIONS,
  type Revision,
  reaches,
  refusesRevision,
} from '../../../src/veeam/vbr/revisions.ts';
import type { VbrClient } from '../../../src/veeam/vbr/vbr-client.ts';
import type { RepositorySpec } from '../../../src/veeam/vbr/vbr-specs.ts';
import { waitFor } from '../../support/wait.ts';
import type { Answer, Asked } from './scripted-server.ts';
import {
  allOf,
  errorOf,
  pageBody,
  refused,
  type ScriptedVbr,
  scriptedVbr,
  sessionBody,
} from './vbr-script.ts';

const owned: ScriptedVbr[] = [];
afterEach(async () => {
  for (const vbr of owned.splice(0)) await vbr[Symbol.asyncDispose]();
});

interface VbrOfOptions {
  readonly revision?: Revision;
  readonly list?: boolean;
  before?(asked: Asked): Promise<void> | undefined;
}

/** A server that knows these revisions, and says so or not. */
async function vbrOf(
  known: readonly string[],
  { revision, list = true, before }: VbrOfOptions = {},
): Promise<ScriptedVbr> {
  const said = `Bad request: Unsupported RESTAPI version.${list ? ` The following versions are supported: ${known.map((one) => `v${one}`).join(', ')}.` : ''}`;
  const knows = ({ headers }: Asked) => known.includes(String(headers['x-api-version']));
  const answer = (asked: Asked): Answer => {
    if (asked.path.endsWith('/repositories'))
      return { body: asked.method === 'GET' ? pageBody([], asked) : sessionBody() };
    return asked.path.includes('taskSessions')
      ? { body: pageBody([], asked) }
      : { body: { serverTime: 'now' } };
  };
  const vbr = await scriptedVbr({
    token: (asked) => (knows(asked) ? undefined : refused(400, 'UnexpectedContent', said)),
    answer: (asked) => (knows(asked) ? answer(asked) : refused(400, 'UnexpectedContent', said)),
    client: revision === undefined ? {} : { revision },
    ...(before === undefined ? {} : { before }),
  });
  owned.push(vbr);
  return vbr;
}

const spokenBy = (vbr: ScriptedVbr) => vbr.server.asked.map(({ headers }) => headers['x-api-version']);

describe('a client', () => {
  test('speaks 1.3-rev0 where nothing else is asked for, also to a server that knows newer ones', async () => {
    const vbr = await vbrOf(REVISIONS);
    await vbr.client.serverTime();
    expect(spokenBy(vbr)).toEqual(['1.3-rev0', '1.3-rev0']);
    expect(vbr.client.revision).toBe('1.3-rev0');
  });

  test('comes down to the newest that the server says it knows, and stays there', async () => {
    const vbr = await vbrOf(['1.0-rev1', '1.1-rev0', '1.1-rev2'], { revision: '1.3-rev2' });
    await vbr.client.serverTime();
    await vbr.client.serverTime();
    expect(spokenBy(vbr)).toEqual(['1.3-rev2', '1.1-rev2', '1.1-rev2', '1.1-rev2']);
    expect(vbr.client.revision).toBe('1.1-rev2');
  });

  test('comes down one by one where the server does not say what it knows', async () => {
    const vbr = await vbrOf(['1.2-rev0'], { list: false });
    await vbr.client.serverTime();
    expect(spokenBy(vbr)).toEqual(['1.3-rev0', '1.2-rev1', '1.2-rev0', '1.2-rev0']);
  });

  test('comes down to the oldest that is not unsupported', async () => {
    const vbr = await vbrOf(['1.0-rev1'], { list: false });
    await vbr.client.serverTime();
    expect(vbr.client.revision).toBe('1.0-rev1');
  });

  test('gives up where the server knows none, with what it says', async () => {
    const vbr = await vbrOf(['2.0-rev0']);
    const error = await errorOf(vbr.client.serverTime());
    expect(error).toBeInstanceOf(VeeamRevisionError);
    expect(error.message).toMatch(
      /no revision of the VBR REST API from 1\.3-rev0 down.*supported: v2\.0-rev0/,
    );
    expect(vbr.server.asked).toHaveLength(1);
  });

  test('comes down once for 20 callers', async () => {
    const vbr = await vbrOf(['1.2-rev1'], { list: false });
    await Promise.all(Array.from({ length: 20 }, () => vbr.client.serverTime()));
    expect(vbr.grants()).toHaveLength(2);
    expect(vbr.calls()).toHaveLength(20);
  });

  test('comes down in the middle too, when a server was replaced by an older one', async () => {
    const known = [...REVISIONS] as string[];
    const vbr = await vbrOf(known);
    await vbr.client.serverTime();
    known.splice(0, known.length, '1.2-rev1');
    await vbr.client.serverTime();
    expect(spokenBy(vbr).slice(2)).toEqual(['1.3-rev0', '1.2-rev1']);
  });

  test('goes straight to where another call came down to meanwhile', async () => {
    const { promise: quickIsDone, resolve: onQuickDone } = Promise.withResolvers<void>();
    const slow: unknown[] = [];
    const known = [...REVISIONS] as string[];
    const vbr = await vbrOf(known, {
      list: false,
      before: ({ path, headers }) => {
        if (!path.includes('slow')) return undefined;
        slow.push(headers['x-api-version']);
        return slow.length === 1 ? quickIsDone : undefined;
      },
    });
    await vbr.client.serverTime();
    known.splice(0, known.length, '1.2-rev0');
    const late = vbr.client.sessions.stop('slow');
    await waitFor(() => slow.length === 1, { what: 'the slow call', everyMs: 10 });
    await vbr.client.serverTime();
    onQuickDone();
    await late;
    expect(slow).toEqual(['1.3-rev0', '1.2-rev0']);
  });

  test.each([
    refused(400, 'UnexpectedContent', 'The user name is missing.'),
    refused(401, 'AccessDenied', 'Unsupported API version.'),
    refused(404, 'NotFound', 'There is no such thing.'),
    refused(500, 'UnknownError', 'Unsupported RESTAPI version.'),
  ])('does not come down for another refusal: %j', async (refusal) => {
    const vbr = await scriptedVbr({ token: () => refusal });
    owned.push(vbr);
    await errorOf(vbr.client.serverTime());
    expect(vbr.client.revision).toBe('1.3-rev0');
    expect(vbr.grants()).toEqual(['password']);
  });
});

describe('what an older revision does not have is refused, and not sent', () => {
  const spec: RepositorySpec = {
    ...{ type: 'S3Compatible', name: 'Ours', description: '' },
    account: { servicePoint: 'https://gateway:8443', regionId: 'us-east-1', credentialsId: 'c1' },
    bucket: { bucketName: 'veeam-backup', folderName: 'vbr' },
  };
  const immutability = { isEnabled: true, daysCount: 7, immutabilityMode: 'RepositorySettings' };
  const withBucket = (more: object): RepositorySpec => ({ ...spec, bucket: { ...spec.bucket, ...more } });
  const mount = { mountServerId: 'm1', writeCacheFolder: 'C:\\Cache', vPowerNFSEnabled: false };

  test.each<[Revision, string, (client: VbrClient) => Promise<unknown>]>([
    ['1.2-rev1', 'excludeExtents', (vbr) => allOf(vbr.repositories.list({ excludeExtents: true }))],
    ['1.2-rev1', 'sobrIdFilter', (vbr) => allOf(vbr.repositories.states({ sobrIdFilter: 's1' }))],
    [
      '1.2-rev1',
      'orderColumn=Membership',
      (vbr) => allOf(vbr.repositories.states({ orderColumn: 'Membership' })),
    ],
    [
      '1.2-rev1',
      'typeFilter with several values',
      (vbr) => allOf(vbr.sessions.list({ typeFilter: ['a', 'b'] })),
    ],
    [
      '1.3-rev0',
      'typeFilter with several values',
      (vbr) => allOf(vbr.repositories.states({ typeFilter: ['a', 'b'] })),
    ],
    ['1.3-rev0', 'skip', (vbr) => allOf(vbr.sessions.taskSessions('s1', { skip: 1 }))],
    ['1.2-rev1', 'statusFilter', (vbr) => vbr.sessions.logs('s1', { statusFilter: 'Failed' })],
    ['1.2-rev1', '/instances/{id}/remove', (vbr) => vbr.license.removeInstance('i1')],
    [
      '1.2-rev1',
      'proactiveSupportEnabled',
      (vbr) => vbr.license.autoUpdate(true, { proactiveSupportEnabled: true }),
    ],
    ['1.2-rev1', 'importBackup', (vbr) => vbr.repositories.add({ ...spec, importBackup: true })],
    [
      '1.2-rev1',
      'bucket.immutability.immutabilityMode',
      (vbr) => vbr.repositories.add(withBucket({ immutability })),
    ],
    [
      '1.3-rev0',
      'bucket.enableAutoProvision',
      (vbr) => vbr.repositories.add(withBucket({ enableAutoProvision: true })),
    ],
    [
      '1.3-rev0',
      'bucket.workloadsPerBucketLimit',
      (vbr) => vbr.repositories.edit('r1', { id: 'r1', ...withBucket({ workloadsPerBucketLimit: 1 }) }),
    ],
  ])('in %s: %s', async (revision, name, call) => {
    const vbr = await vbrOf([revision], { revision });
    const error = await errorOf(call(vbr.client));
    expect(error).toBeInstanceOf(VeeamRevisionError);
    expect(error.message).toContain(name);
    expect(error.message).toContain(`spoken to in ${revision}`);
    expect(vbr.calls()).toEqual([]);
  });

  test('also when the client came down to it by itself', async () => {
    const vbr = await vbrOf(['1.2-rev1']);
    const error = await errorOf(allOf(vbr.client.repositories.list({ excludeExtents: true })));
    expect(error).toBeInstanceOf(VeeamRevisionError);
    expect(vbr.calls()).toEqual([]);
  });

  test('one value of a filter is fine where several are not', async () => {
    const vbr = await vbrOf(['1.2-rev1'], { revision: '1.2-rev1' });
    await allOf(vbr.client.repositories.list({ typeFilter: ['S3Compatible'] }));
    expect(vbr.calls()).toEqual([expect.stringContaining('typeFilter=S3Compatible')]);
  });

  test('a mount server has the form of the revision', async () => {
    const given = { ...spec, mountServer: { mountServerSettingsType: 'linux', linux: mount } };
    const [old, recent] = [await vbrOf(['1.2-rev1']), await vbrOf(['1.3-rev0'])];
    await old.client.repositories.add(given);
    await recent.client.repositories.add(given);
    expect(old.server.asked.at(-1)?.json()).toEqual({ ...spec, mountServer: mount });
    expect(recent.server.asked.at(-1)?.json()).toEqual(given);
  });

  test.each([
    ['1.3-rev2', 'linux', 'Linux'],
    ['1.3-rev0', 'Linux', 'linux'],
  ] as const)('in %s the mount server "%s" is written "%s"', async (revision, given, sent) => {
    const vbr = await vbrOf([revision], { revision });
    await vbr.client.repositories.add({
      ...spec,
      mountServer: { mountServerSettingsType: given, linux: mount },
    });
    expect(vbr.server.asked.at(-1)?.json()).toMatchObject({ mountServer: { mountServerSettingsType: sent } });
  });

  test('two mount servers are one too many for 1.2-rev1', async () => {
    const vbr = await vbrOf(['1.2-rev1']);
    const mountServer = { mountServerSettingsType: 'both', linux: mount, windows: mount };
    const error = await errorOf(vbr.client.repositories.add({ ...spec, mountServer }));
    expect(error).toBeInstanceOf(VeeamRevisionError);
    expect(vbr.calls()).toEqual([]);
  });
});

describe('the words of a refusal', () => {
  test.each([
    [
      'Bad request: Unsupported RESTAPI version. The following versions are supported: v1.0-rev1.',
      '1.0-rev1',
    ],
    [
      'The revision "1.3-rev0" of the x-api-version is not supported. Supported are 1.2-rev1, 1.2-rev0.',
      '1.2-rev1',
    ],
    ['Unsupported API version 1.3-rev0', '1.2-rev1'],
    ['Unsupported API version.', '1.2-rev1'],
  ])('%s', (said, next) => {
    expect(refusesRevision({ status: 400, said })).toBe(true);
    expect(nextRevision('1.3-rev0', said)).toBe(next);
  });

  test('lead to no newer revision', () => {
    expect(nextRevision('1.2-rev1', 'supported: v1.3-rev0')).toBeUndefined();
    expect(nextRevision('1.0-rev1', 'Unsupported RESTAPI version.')).toBeUndefined();
  });

  test('newer revisions have what older ones have', () => {
    expect(reaches('1.3-rev2', '1.3-rev0')).toBe(true);
    expect(reaches('1.3-rev0', '1.3-rev0')).toBe(true);
    expect(reaches('1.2-rev1', '1.3-rev0')).toBe(false);
  });
});
