// Every way to get rid of a locked version that we could think of. Each must leave the bucket as it was, the version included.
import { describe, expect, test } from 'vitest';
import { elements, headerOf, useObjectStore, verdict } from '../objects/object-fixture.ts';
import { attacksOn, BODY, BYPASS, deleteDocument, type Lock, MODE, retention } from './attack-fixture.ts';

const store = useObjectStore();
const { later, victim, unchanged, denied } = attacksOn(store);

describe.each<Lock>(['COMPLIANCE', 'GOVERNANCE', 'hold'])('a version under %s', (lock) => {
  test('row 6 (rustfs#2473): cannot be deleted by its id; the refusal says why', async () => {
    const attacked = await victim(lock);
    await unchanged(attacked, async () => {
      const answer = await store.ask('DELETE', `${attacked.target}?versionId=${attacked.versionId}`);
      expect(verdict(answer)).toBe('403 AccessDenied');
      const why = lock === 'hold' ? 'legal hold' : `${lock} retention until ${attacked.until}`;
      expect(elements(answer, 'Message')[0]).toContain(why);
    });
  });

  test('cannot be deleted among many, again and again in one call', async () => {
    const attacked = await victim(lock);
    const { bucket, versionId } = attacked;
    await unchanged(attacked, async () => {
      const body = deleteDocument(Array.from({ length: 1000 }, () => ['a', versionId] as const));
      const answer = await store.done('POST', `/${bucket}?delete`, { body });
      expect(elements(answer, 'Code')).toEqual(Array(1000).fill('AccessDenied'));
      expect(answer.text).not.toContain('<Deleted>');
    });
  });

  test('cannot be deleted by many at the same time', async () => {
    const attacked = await victim(lock);
    await unchanged(attacked, async () => {
      await Promise.all(
        Array.from({ length: 20 }, () =>
          denied('DELETE', `${attacked.target}?versionId=${attacked.versionId}`),
        ),
      );
    });
  });

  test('row 28 (versitygw#1741): DELETE without a version id puts a marker on top of it', async () => {
    const { target, versionId } = await victim(lock);
    const answer = await store.done('DELETE', target);
    expect([answer.status, headerOf(answer, 'x-amz-delete-marker')]).toEqual([204, 'true']);
    expect(await store.body(`${target}?versionId=${versionId}`)).toBe(BODY);
    await denied('DELETE', `${target}?versionId=${versionId}`);
    const marker = headerOf(answer, 'x-amz-version-id');
    await store.done('DELETE', `${target}?versionId=${marker}`);
    expect(await store.body(target)).toBe(BODY);
  });

  test('row 5 (rustfs#3174): an overwrite is a new version, by PUT and by copy', async () => {
    const { bucket, target, versionId } = await victim(lock);
    await store.put(`/${bucket}/other`, 'other');
    expect(await store.put(target, 'new')).not.toBe(versionId);
    await store.done('PUT', target, { headers: { 'x-amz-copy-source': `/${bucket}/other` } });
    expect(await store.body(target)).toBe('other');
    expect(await store.body(`${target}?versionId=${versionId}`)).toBe(BODY);
    await denied('DELETE', `${target}?versionId=${versionId}`);
  });

  test('a copy onto itself without its lock leaves the locked version', async () => {
    const { target, versionId } = await victim(lock);
    await store.done('PUT', target, {
      headers: { 'x-amz-copy-source': target, 'x-amz-metadata-directive': 'REPLACE' },
    });
    expect(await store.body(`${target}?versionId=${versionId}`)).toBe(BODY);
    await denied('DELETE', `${target}?versionId=${versionId}`);
  });

  test('versioning cannot be suspended, so that nothing takes its place; nor can the bucket go', async () => {
    const attacked = await victim(lock);
    await unchanged(attacked, async () => {
      for (const status of ['Suspended', 'Off', 'Disabled']) {
        const body = `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`;
        expect((await store.ask('PUT', `/${attacked.bucket}?versioning`, { body })).status).toBeGreaterThan(
          399,
        );
      }
      expect(verdict(await store.ask('DELETE', `/${attacked.bucket}`))).toBe('409 BucketNotEmpty');
    });
  });

  test('tags may change; the bytes and the lock stay', async () => {
    const { target, versionId } = await victim(lock);
    const body = '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>';
    await store.done('PUT', `${target}?tagging`, { body });
    await store.done('DELETE', `${target}?tagging`);
    expect(await store.body(`${target}?versionId=${versionId}`)).toBe(BODY);
    await denied('DELETE', `${target}?versionId=${versionId}`);
  });

  test('another version id of the same number does not get at it', async () => {
    const attacked = await victim(lock);
    const id = attacked.versionId;
    await unchanged(attacked, async () => {
      for (const versionId of [
        id.toUpperCase(),
        ` ${id}`,
        `${id} `,
        `${id}\n`,
        id.slice(1),
        `${id}0`,
        'null',
        '',
      ]) {
        const answer = await store.ask(
          'DELETE',
          `${attacked.target}?versionId=${encodeURIComponent(versionId)}`,
        );
        expect([versionId, answer.status]).toEqual([versionId, versionId === 'null' ? 204 : 400]);
      }
    });
  });

  test('conditions that hold do not help', async () => {
    const attacked = await victim(lock);
    await unchanged(attacked, () =>
      denied('DELETE', `${attacked.target}?versionId=${attacked.versionId}`, {
        headers: { 'if-match': '*' },
      }),
    );
  });
});

describe.each(['COMPLIANCE', 'GOVERNANCE'] as const)('%s retention', (mode) => {
  test.each([
    ['made shorter', (_until: string) => retention(mode, later(60))],
    [
      'made shorter by a millisecond',
      (until: string) => retention(mode, new Date(Date.parse(until) - 1).toISOString()),
    ],
    ['taken away', () => '<Retention/>'],
    [
      'taken away, with a namespace',
      () => '<Retention xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></Retention>',
    ],
    [
      'turned into the other mode, and shorter',
      () => retention(mode === 'COMPLIANCE' ? 'GOVERNANCE' : 'COMPLIANCE', later(60)),
    ],
  ])('cannot be %s', async (_name, document) => {
    const attacked = await victim(mode);
    await unchanged(attacked, () =>
      denied('PUT', `${attacked.target}?retention`, { body: document(attacked.until) }),
    );
  });

  test('a date that is over does not end it, whichever the error', async () => {
    const attacked = await victim(mode);
    await unchanged(attacked, async () => {
      const body = retention(mode, '2020-01-01T00:00:00Z');
      const answer = await store.ask('PUT', `${attacked.target}?retention`, {
        body,
        headers: { [BYPASS]: 'true' },
      });
      expect(verdict(answer)).toBe(mode === 'COMPLIANCE' ? '403 AccessDenied' : '400 InvalidArgument');
    });
  });

  test('can be extended, and then not be brought back', async () => {
    const { target, versionId, until } = await victim(mode);
    await store.done('PUT', `${target}?retention`, { body: retention(mode, later(700)) });
    await denied('PUT', `${target}?retention`, { body: retention(mode, until) });
    expect(await store.body(`${target}?versionId=${versionId}`)).toBe(BODY);
  });

  test('a hold that ends leaves it in force', async () => {
    const { target, versionId } = await victim(mode);
    for (const status of ['ON', 'OFF']) {
      await store.done('PUT', `${target}?legal-hold`, {
        body: `<LegalHold><Status>${status}</Status></LegalHold>`,
      });
      await denied('DELETE', `${target}?versionId=${versionId}`);
    }
    expect(headerOf(await store.done('HEAD', target), MODE)).toBe(mode);
    expect(await store.body(target)).toBe(BODY);
  });

  test('holds to its last millisecond and not longer; what was deleted then was locked no more', async () => {
    const { target, versionId, until } = await victim(mode);
    store.pass(Date.parse(until) - store.nowMs() - 60_000);
    await denied('DELETE', `${target}?versionId=${versionId}`);
    store.pass(60_001);
    expect(headerOf(await store.done('HEAD', target), MODE)).toBe(mode);
    expect(elements(await store.done('GET', `${target}?retention`), 'RetainUntilDate')).toEqual([until]);
    await store.done('DELETE', `${target}?versionId=${versionId}`);
    expect(verdict(await store.ask('GET', `${target}?versionId=${versionId}`))).toBe('404 NoSuchVersion');
  });

  test('one that is over can be set again, and holds again', async () => {
    const { target, versionId, until } = await victim(mode);
    store.pass(Date.parse(until) - store.nowMs() + 1);
    await store.done('PUT', `${target}?retention`, { body: retention(mode, later(60)) });
    await denied('DELETE', `${target}?versionId=${versionId}`);
    store.pass(60_001);
    await store.done('PUT', `${target}?retention`, { body: '<Retention/>' });
    expect(verdict(await store.ask('GET', `${target}?retention`))).toBe('404 NoSuchObjectLockConfiguration');
    expect(await store.body(target)).toBe(BODY);
  });

  test('a clock set forward does not end it', async () => {
    const attacked = await victim(mode);
    store.clocks.wallMs += 3_650 * 86_400_000;
    try {
      await unchanged(attacked, async () => {
        await denied('DELETE', `${attacked.target}?versionId=${attacked.versionId}`);
        await denied('PUT', `${attacked.target}?retention`, { body: '<Retention/>' });
      });
    } finally {
      store.clocks.wallMs -= 3_650 * 86_400_000;
    }
  });

  test('a clock set back does not end it', async () => {
    const attacked = await victim(mode);
    store.clocks.wallMs -= 3_650 * 86_400_000;
    try {
      await unchanged(attacked, () => denied('DELETE', `${attacked.target}?versionId=${attacked.versionId}`));
    } finally {
      store.clocks.wallMs += 3_650 * 86_400_000;
    }
  });

  test('deletions and extensions at the same time: what was extended stays', async () => {
    const { target, versionId, until } = await victim(mode);
    store.pass(Date.parse(until) - store.nowMs() + 1);
    const [extended, ...removed] = await Promise.all([
      store.ask('PUT', `${target}?retention&versionId=${versionId}`, { body: retention(mode, later(300)) }),
      ...Array.from({ length: 10 }, () => store.ask('DELETE', `${target}?versionId=${versionId}`)),
    ]);
    if (extended.status === 200) {
      expect(removed.map(verdict)).toEqual(Array(10).fill('403 AccessDenied'));
      expect(await store.body(`${target}?versionId=${versionId}`)).toBe(BODY);
    } else {
      expect(verdict(extended)).toBe('404 NoSuchVersion');
      expect(removed.map(verdict)).toContain('204');
    }
  });
});
