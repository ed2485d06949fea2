// The project's own client of Veeam ONE against the rehearsal: what one writes the other reads.
import { beforeAll, describe, expect, test } from 'vitest';
import { Secret } from '../../../../src/secret.ts';
import { createOneClient } from '../../../../src/veeam/one/create-one-client.ts';
import type { OneClient } from '../../../../src/veeam/one/one-client.ts';
import { useWalks } from '../../../veeam-docs/server-fixture.ts';
import { Walker } from '../../../veeam-docs/server-walker.ts';

describe('the client', () => {
  const walks = useWalks();
  let client: OneClient;
  let extents: readonly [string, string];

  beforeAll(async () => {
    const { rehearsal, options } = await walks.start('1.3-rev0');
    const walker = new Walker(options);
    await walker.login();
    const [credentialsId] = await walker.addCredentials();
    extents = await walker.addRepositories(credentialsId);
    await walker.addScaleOut(extents);
    client = createOneClient({
      url: rehearsal.oneUrl,
      trust: { kind: 'fingerprint', sha256: rehearsal.fingerprint },
      userName: `ONE-SRV\\${options.userName}`,
      password: new Secret(options.password),
    });
    return async () => await client.close();
  });

  async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
    const found: T[] = [];
    for await (const item of items) found.push(item);
    return found;
  }

  test('reads the repositories that VBR has, in bytes', async () => {
    const storages = await all(client.objectStorages());
    expect(storages.map(({ objectStorageUidInVbr: id }) => id)).toEqual(extents);
    for (const { type, capacityBytes, usedSpaceBytes } of storages) {
      expect(type).toBe('S3Integrated');
      expect(capacityBytes).toBeGreaterThan(2n ** 20n);
      expect(usedSpaceBytes).toBeGreaterThanOrEqual(0n);
    }
    expect(await all(client.repositories())).toEqual([]);
  });

  test('reads scale-out repositories, sessions, tasks and alarms', async () => {
    expect(await all(client.scaleOutRepositories())).toMatchObject([
      { name: 'walk', state: 'Ok', scaleoutRepositoryPolicy: 'DataLocality', copyPolicy: true },
    ]);
    const sessions = await all(client.sessions({ sort: [{ property: 'start', direction: 'descending' }] }));
    expect(sessions.length).toBeGreaterThanOrEqual(3);
    const [first] = sessions;
    expect(await client.session(first?.jobSessionId ?? 0)).toEqual(first);
    expect(await all(client.dataCollectionTasks())).toHaveLength(2);
    // What it is that is amiss depends on the disk of the machine: that they can be read is the point.
    for (const { alarmSource } of await all(client.triggeredAlarms())) {
      expect(alarmSource?.objectName).toMatch(/^walk/);
    }
  });

  test('filters, sorts, selects and pages', async () => {
    const [first, second] = await all(client.objectStorages());
    const query = {
      filter: {
        operation: 'and',
        items: [
          { property: 'name', operation: 'in', value: ['WALK 0', 'walk 1'] },
          { property: 'capacityBytes', operation: 'equals', value: first?.capacityBytes ?? 0n },
        ],
      },
      sort: [{ property: 'name', direction: 'descending', collation: 'lexicographic' }],
      select: ['name', 'capacityBytes'],
      pageSize: 1,
    } as const;
    const same = [second, first].filter((one) => one?.capacityBytes === first?.capacityBytes);
    expect(await all(client.objectStorages(query))).toEqual(
      same.map((one) => ({ name: one?.name, capacityBytes: one?.capacityBytes })),
    );
  });

  test('changes the schedule, updates the license and logs out', async () => {
    await client.changeCollectionSchedule({ startTime: '2026-01-01T00:00:00Z', scheduleType: 'Manually' });
    await client.updateLicense();
    await client.logout();
    expect(await all(client.repositories())).toEqual([]);
  });
});
