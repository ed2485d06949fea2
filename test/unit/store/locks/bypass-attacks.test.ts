// Ways round GOVERNANCE that are none, and locked versions that stand where the next one would be put.
import { describe, expect, test } from 'vitest';
import { elements, headerOf, useObjectStore, verdict, versioning } from '../objects/object-fixture.ts';
import { attacksOn, BODY, BYPASS, deleteDocument, HOLD, retention, type Victim } from './attack-fixture.ts';

const store = useObjectStore();
const { later, victim, unchanged, denied } = attacksOn(store);

describe('bypassing governance', () => {
  const bypassing = { headers: { [BYPASS]: 'true' } };

  test('COMPLIANCE and legal holds know no bypass', async () => {
    for (const lock of ['COMPLIANCE', 'hold'] as const) {
      const attacked = await victim(lock);
      await unchanged(attacked, async () => {
        await denied('DELETE', `${attacked.target}?versionId=${attacked.versionId}`, bypassing);
        const body = deleteDocument([['a', attacked.versionId]]);
        const many = await store.done('POST', `/${attacked.bucket}?delete`, { body, ...bypassing });
        expect(elements(many, 'Code')).toEqual(['AccessDenied']);
        if (lock === 'hold') return;
        for (const document of [
          retention('COMPLIANCE', later(60)),
          retention('GOVERNANCE', later(900)),
          '<Retention/>',
        ]) {
          await denied('PUT', `${attacked.target}?retention`, { body: document, ...bypassing });
        }
      });
    }
  });

  test('a retention that changes leaves the hold', async () => {
    const { target, versionId } = await victim('hold');
    for (const document of [retention('GOVERNANCE', later(60)), '<Retention/>']) {
      await store.done('PUT', `${target}?retention`, { body: document, ...bypassing });
      expect(headerOf(await store.done('HEAD', target), HOLD)).toBe('ON');
      await denied('DELETE', `${target}?versionId=${versionId}`, bypassing);
    }
    expect(await store.body(target)).toBe(BODY);
  });

  test('a hold beside GOVERNANCE knows none either', async () => {
    const attacked = await victim('GOVERNANCE');
    await store.done('PUT', `${attacked.target}?legal-hold`, {
      body: '<LegalHold><Status>ON</Status></LegalHold>',
    });
    await unchanged(attacked, () =>
      denied('DELETE', `${attacked.target}?versionId=${attacked.versionId}`, bypassing),
    );
  });

  test('who may not bypass does not by asking', async () => {
    const attacked = await victim('GOVERNANCE');
    store.mayBypass = false;
    try {
      await unchanged(attacked, async () => {
        await denied('DELETE', `${attacked.target}?versionId=${attacked.versionId}`, bypassing);
        await denied('PUT', `${attacked.target}?retention`, { body: '<Retention/>', ...bypassing });
        const body = deleteDocument([['a', attacked.versionId]]);
        const many = await store.done('POST', `/${attacked.bucket}?delete`, { body, ...bypassing });
        expect(elements(many, 'Code')).toEqual(['AccessDenied']);
      });
    } finally {
      store.mayBypass = true;
    }
  });

  test.each(['True', 'TRUE', '1', 'yes', '', 'false', 'true,true', 'true;', '"true"'])(
    'the header says exactly true: not %s',
    async (value) => {
      const attacked = await victim('GOVERNANCE');
      await unchanged(attacked, async () => {
        const headers = { [BYPASS]: value };
        await denied('DELETE', `${attacked.target}?versionId=${attacked.versionId}`, { headers });
        await denied('PUT', `${attacked.target}?retention`, { headers, body: '<Retention/>' });
      });
    },
  );

  test('a header that is repeated, in the query, not signed, or spelt otherwise', async () => {
    const attacked = await victim('GOVERNANCE');
    const target = `${attacked.target}?versionId=${attacked.versionId}`;
    await unchanged(attacked, async () => {
      const twice = (bytes: Buffer) =>
        bytes.toString('latin1').replace(`${BYPASS}: true,false`, `${BYPASS}: true\r\n${BYPASS}: false`);
      const repeated = await store.ask('DELETE', target, {
        headers: { [BYPASS]: 'true,false' },
        edit: twice,
      });
      expect(verdict(repeated)).toBe('400 InvalidArgument');
      expect(verdict(await store.ask('DELETE', `${target}&${BYPASS}=true`))).toBe('501 NotImplemented');
      await denied('DELETE', target, { unsignedHeaders: { [BYPASS]: 'true' } });
      const others = [
        'x-amz-bypass-governance',
        'bypass-governance-retention',
        'x-minio-bypass-governance-retention',
      ];
      for (const name of others) {
        const answer = await store.ask('DELETE', target, { headers: { [name]: 'true' } });
        expect(['403 AccessDenied', '501 NotImplemented']).toContain(verdict(answer));
      }
    });
  });

  test('with it, and with the right to it, GOVERNANCE gives way', async () => {
    const shortened = await victim('GOVERNANCE');
    await store.done('PUT', `${shortened.target}?retention`, {
      body: retention('GOVERNANCE', later(60)),
      ...bypassing,
    });
    await denied('DELETE', `${shortened.target}?versionId=${shortened.versionId}`);
    await store.done('PUT', `${shortened.target}?retention`, { body: '<Retention/>', ...bypassing });
    await store.done('DELETE', `${shortened.target}?versionId=${shortened.versionId}`);
    const deleted = await victim('GOVERNANCE');
    await store.done('DELETE', `${deleted.target}?versionId=${deleted.versionId}`, bypassing);
    const among = await victim('GOVERNANCE');
    const body = deleteDocument([['a', among.versionId]]);
    const many = await store.done('POST', `/${among.bucket}?delete`, { body, ...bypassing });
    expect(elements(many, 'Code')).toEqual([]);
  });

  test('GOVERNANCE that became COMPLIANCE cannot be bypassed any more', async () => {
    const attacked = await victim('GOVERNANCE');
    await store.done('PUT', `${attacked.target}?retention`, {
      body: retention('COMPLIANCE', attacked.until),
    });
    await unchanged(attacked, () =>
      denied('DELETE', `${attacked.target}?versionId=${attacked.versionId}`, bypassing),
    );
  });
});

describe('a locked null version', () => {
  /** A version from before versioning that was locked since. */
  async function lockedNull(): Promise<Victim> {
    const bucket = await store.bucket('plain');
    const target = `/${bucket}/a`;
    await store.put(target, BODY);
    await versioning(store, bucket, 'Enabled');
    await store.done('PUT', `/${bucket}?object-lock`, {
      body: '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>',
    });
    const until = later(600);
    await store.done('PUT', `${target}?retention`, { body: retention('COMPLIANCE', until) });
    return { bucket, target, versionId: 'null', until };
  }

  test('is overwritten by a version beside it, and deleted by a marker beside it', async () => {
    const { target } = await lockedNull();
    await store.put(target, 'new');
    await store.done('DELETE', target);
    await denied('DELETE', `${target}?versionId=null`);
    expect(await store.body(`${target}?versionId=null`)).toBe(BODY);
  });

  test.each(['suspended', 'off'] as const)(
    'holds even if the catalog says that versioning is %s: nothing takes its place',
    async (state) => {
      const attacked = await lockedNull();
      await store.opened.parts.catalog.write(({ buckets }) => {
        buckets.setVersioning(buckets.find(attacked.bucket)?.id ?? 0, state);
      });
      await unchanged(attacked, async () => {
        await denied('PUT', attacked.target, { body: 'new' });
        await denied('PUT', attacked.target, { body: 'n'.repeat(100_000) });
        await denied('DELETE', attacked.target);
        await denied('DELETE', `${attacked.target}?versionId=null`);
        await store.put(`/${attacked.bucket}/other`, 'other');
        await denied('PUT', attacked.target, {
          headers: { 'x-amz-copy-source': `/${attacked.bucket}/other` },
        });
        await store.done('DELETE', `/${attacked.bucket}/other?versionId=null`);
        const body = '<Delete><Object><Key>a</Key></Object></Delete>';
        const many = await store.done('POST', `/${attacked.bucket}?delete`, { body });
        expect(elements(many, 'Code')).toEqual(['AccessDenied']);
      });
    },
  );
});
