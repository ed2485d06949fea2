import { describe, expect, test } from 'vitest';
import { OPERATIONS } from '../../../../src/s3/operation.ts';
import { BUCKET_HANDLERS } from '../../../../src/store/buckets/bucket-handlers.ts';
import { useStore } from './store-fixture.ts';

const store = useStore();
const XMLNS = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** A new bucket with object lock. */
async function locked(name: string): Promise<string> {
  const lines = ['x-amz-bucket-object-lock-enabled: true'];
  expect(await store.ask('PUT', `/${name}`, { lines })).toMatchObject({ status: 200 });
  return `/${name}`;
}

async function plain(name: string): Promise<string> {
  expect(await store.ask('PUT', `/${name}`)).toMatchObject({ status: 200 });
  return `/${name}`;
}

describe('versioning', () => {
  const put = (bucket: string, status: string) =>
    store.ask('PUT', `${bucket}?versioning`, {
      body: `<VersioningConfiguration ${XMLNS}><Status>${status}</Status></VersioningConfiguration>`,
    });
  const get = async (bucket: string) => (await store.ask('GET', `${bucket}?versioning`)).text;

  test('row 53 (incus#3592): the element is there where versioning was never on', async () => {
    expect(await get(await plain('never-on'))).toBe(`${DECLARATION}<VersioningConfiguration ${XMLNS}/>`);
  });

  test('is turned on, suspended and turned on again', async () => {
    const bucket = await plain('on-off-on');
    for (const status of ['Enabled', 'Suspended', 'Enabled']) {
      expect(await put(bucket, status)).toMatchObject({ status: 200, text: '' });
      expect(await get(bucket)).toBe(
        `${DECLARATION}<VersioningConfiguration ${XMLNS}><Status>${status}</Status></VersioningConfiguration>`,
      );
    }
  });

  test('what was never on can be suspended', async () => {
    const bucket = await plain('suspended-first');
    expect(await put(bucket, 'Suspended')).toMatchObject({ status: 200 });
    expect(await get(bucket)).toContain('<Status>Suspended</Status>');
  });

  test('row 48 (storj/edge#407): a bucket with object lock is not suspended; enabling it again is fine', async () => {
    const bucket = await locked('lock-versioning');
    expect(await put(bucket, 'Suspended')).toMatchObject({ status: 409, code: 'InvalidBucketState' });
    expect(await get(bucket)).toContain('<Status>Enabled</Status>');
    expect(await put(bucket, 'Enabled')).toMatchObject({ status: 200 });
  });

  test('a suspension and object lock at the same moment do not both succeed', async () => {
    const bucket = await plain('lock-race');
    await put(bucket, 'Enabled');
    const seen = await Promise.all([
      store.ask('PUT', `${bucket}?object-lock`, {
        body: '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>',
      }),
      put(bucket, 'Suspended'),
    ]);
    expect(seen.map(({ status }) => status).sort()).toEqual([200, 409]);
    const { objectLock, versioning } = store.catalog.buckets.find('lock-race') ?? {};
    expect([objectLock, versioning]).not.toEqual([true, 'suspended']);
  });

  const body = (children: string) => `<VersioningConfiguration>${children}</VersioningConfiguration>`;
  test.each<[string, string, string]>([
    ['MFA delete', body('<Status>Enabled</Status><MfaDelete>Enabled</MfaDelete>'), 'NotImplemented'],
    ['a status in lower case', body('<Status>enabled</Status>'), 'MalformedXML'],
    ['a status that does not exist', body('<Status>Disabled</Status>'), 'MalformedXML'],
    ['two statuses', body('<Status>Enabled</Status><Status>Suspended</Status>'), 'MalformedXML'],
    ['no status', body('<MfaDelete>Disabled</MfaDelete>'), 'MalformedXML'],
    ['another MFA delete', body('<Status>Enabled</Status><MfaDelete>x</MfaDelete>'), 'MalformedXML'],
    ['an empty root', '<VersioningConfiguration/>', 'MalformedXML'],
    ['another element', body('<Status>Enabled</Status><More/>'), 'MalformedXML'],
    ['a status with children', body('<Status><Enabled/></Status>'), 'MalformedXML'],
    ['text between', body('x<Status>Enabled</Status>'), 'MalformedXML'],
    ['nothing at all', '', 'MalformedXML'],
  ])('%s is refused and changes nothing', async (_, text, code) => {
    await store.ask('PUT', '/versioning-refused');
    expect(await store.ask('PUT', '/versioning-refused?versioning', { body: text })).toMatchObject({ code });
    expect(store.catalog.buckets.find('versioning-refused')?.versioning).toBe('off');
  });

  test('MFA delete that is off is what there is', async () => {
    const bucket = await plain('mfa-off');
    const text = body('<Status>Enabled</Status><MfaDelete>Disabled</MfaDelete>');
    expect(await store.ask('PUT', `${bucket}?versioning`, { body: text })).toMatchObject({ status: 200 });
  });

  test('a document whose Content-MD5 is another changes nothing', async () => {
    const bucket = await plain('wrong-md5');
    const seen = await store.ask('PUT', `${bucket}?versioning`, {
      lines: ['Content-MD5: 1B2M2Y8AsgTpgAmY7PhCfg=='],
      body: body('<Status>Enabled</Status>'),
    });
    expect(seen.code).toBe('BadDigest');
    expect(store.catalog.buckets.find('wrong-md5')?.versioning).toBe('off');
  });

  test('x-amz-mfa is refused by name', async () => {
    const bucket = await plain('mfa-header');
    const seen = await store.ask('PUT', `${bucket}?versioning`, {
      lines: ['x-amz-mfa: 123 456'],
      body: body('<Status>Enabled</Status>'),
    });
    expect(seen).toMatchObject({ code: 'NotImplemented', message: expect.stringContaining('x-amz-mfa') });
  });
});

describe('object lock', () => {
  const configuration = (rule: string, enabled = '<ObjectLockEnabled>Enabled</ObjectLockEnabled>') =>
    `<ObjectLockConfiguration>${enabled}${rule}</ObjectLockConfiguration>`;
  const ruleOf = (retention: string) => `<Rule><DefaultRetention>${retention}</DefaultRetention></Rule>`;
  const put = (bucket: string, body: string) => store.ask('PUT', `${bucket}?object-lock`, { body });
  const get = (bucket: string) => store.ask('GET', `${bucket}?object-lock`);

  test('rows 46, 50 (EMCECS#530, rustfs#771): off is 404 ObjectLockConfigurationNotFoundError', async () => {
    expect(await get(await plain('lock-off'))).toMatchObject({
      status: 404,
      code: 'ObjectLockConfigurationNotFoundError',
    });
  });

  test('row 33 (MaxIOFS): without default retention there is no Rule element', async () => {
    expect((await get(await locked('no-rule'))).text).toBe(
      `${DECLARATION}<ObjectLockConfiguration ${XMLNS}><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>`,
    );
  });

  test.each([
    ['<Mode>GOVERNANCE</Mode><Days>1</Days>'],
    ['<Mode>COMPLIANCE</Mode><Days>36500</Days>'],
    ['<Mode>COMPLIANCE</Mode><Years>100</Years>'],
  ])('the default retention %s comes back as it was put, and goes with the rule', async (retention) => {
    const bucket = `/rule-${retention.replace(/\W/g, '').toLowerCase()}`;
    await locked(bucket.slice(1));
    expect(await put(bucket, configuration(ruleOf(retention)))).toMatchObject({ status: 200, text: '' });
    expect((await get(bucket)).text).toContain(`</ObjectLockEnabled>${ruleOf(retention)}</Obj`);
    expect(await put(bucket, configuration(''))).toMatchObject({ status: 200 });
    expect((await get(bucket)).text).not.toContain('Rule');
  });

  test('is turned on where versioning is enabled, as Amazon S3 does', async () => {
    const bucket = await plain('late-lock');
    const refused = { status: 409, code: 'InvalidBucketState' };
    expect(await put(bucket, configuration(''))).toMatchObject(refused);
    const { id } = store.catalog.buckets.find('late-lock') ?? { id: 0 };
    await store.catalog.write(({ buckets }) => buckets.setVersioning(id, 'suspended'));
    expect(await put(bucket, configuration(''))).toMatchObject(refused);
    await store.catalog.write(({ buckets }) => buckets.setVersioning(id, 'enabled'));
    expect(await put(bucket, configuration(''))).toMatchObject({ status: 200 });
    expect((await get(bucket)).text).toContain('<ObjectLockEnabled>Enabled</ObjectLockEnabled>');
  });

  test.each<[string, string, string]>([
    ['turning it off', configuration('', '<ObjectLockEnabled>Disabled</ObjectLockEnabled>'), 'MalformedXML'],
    [
      'not saying that it is on',
      configuration(ruleOf('<Mode>GOVERNANCE</Mode><Days>1</Days>'), ''),
      'MalformedXML',
    ],
    ['an empty root', '<ObjectLockConfiguration/>', 'MalformedXML'],
    ['an empty rule', configuration('<Rule/>'), 'MalformedXML'],
    ['an empty retention', configuration('<Rule><DefaultRetention/></Rule>'), 'MalformedXML'],
    ['no period', configuration(ruleOf('<Mode>GOVERNANCE</Mode>')), 'MalformedXML'],
    ['no mode', configuration(ruleOf('<Days>1</Days>')), 'MalformedXML'],
    ['an unknown mode', configuration(ruleOf('<Mode>compliance</Mode><Days>1</Days>')), 'MalformedXML'],
    [
      'days and years',
      configuration(ruleOf('<Mode>GOVERNANCE</Mode><Days>1</Days><Years>1</Years>')),
      'MalformedXML',
    ],
    ['no number', configuration(ruleOf('<Mode>GOVERNANCE</Mode><Days>1.5</Days>')), 'MalformedXML'],
    ['hexadecimal', configuration(ruleOf('<Mode>GOVERNANCE</Mode><Days>0x1</Days>')), 'MalformedXML'],
    ['no days', configuration(ruleOf('<Mode>GOVERNANCE</Mode><Days>0</Days>')), 'InvalidArgument'],
    ['fewer days', configuration(ruleOf('<Mode>GOVERNANCE</Mode><Days>-1</Days>')), 'InvalidArgument'],
    ['too many days', configuration(ruleOf('<Mode>GOVERNANCE</Mode><Days>36501</Days>')), 'InvalidArgument'],
    ['too many years', configuration(ruleOf('<Mode>GOVERNANCE</Mode><Years>101</Years>')), 'InvalidArgument'],
    ['two rules', configuration(ruleOf('<Mode>GOVERNANCE</Mode><Days>1</Days>').repeat(2)), 'MalformedXML'],
  ])('%s is refused, and the configuration stays', async (_, body, code) => {
    await store.ask('PUT', '/lock-refused', { lines: ['x-amz-bucket-object-lock-enabled: true'] });
    await put('/lock-refused', configuration(ruleOf('<Mode>COMPLIANCE</Mode><Days>7</Days>')));
    expect(await put('/lock-refused', body)).toMatchObject({ code });
    expect(store.catalog.buckets.find('lock-refused')).toMatchObject({
      objectLock: true,
      defaultRetention: { mode: 'COMPLIANCE', period: { days: 7 } },
    });
  });
});

describe('settings that do not exist here', () => {
  test.each([
    ['policy', 'NoSuchBucketPolicy'],
    ['policyStatus', 'NoSuchBucketPolicy'],
    ['lifecycle', 'NoSuchLifecycleConfiguration'],
    ['cors', 'NoSuchCORSConfiguration'],
    ['encryption', 'ServerSideEncryptionConfigurationNotFoundError'],
    ['tagging', 'NoSuchTagSet'],
    ['replication', 'ReplicationConfigurationNotFoundError'],
    ['website', 'NoSuchWebsiteConfiguration'],
    ['ownershipControls', 'OwnershipControlsNotFoundError'],
    ['publicAccessBlock', 'NoSuchPublicAccessBlockConfiguration'],
  ])('GET ?%s is 404 %s', async (subResource, code) => {
    await store.ask('PUT', '/settings');
    expect(await store.ask('GET', `/settings?${subResource}`)).toMatchObject({ status: 404, code });
  });

  test.each([
    ['accelerate', `<AccelerateConfiguration ${XMLNS}/>`],
    ['logging', `<BucketLoggingStatus ${XMLNS}/>`],
    ['notification', `<NotificationConfiguration ${XMLNS}/>`],
    [
      'requestPayment',
      `<RequestPaymentConfiguration ${XMLNS}><Payer>BucketOwner</Payer></RequestPaymentConfiguration>`,
    ],
    [
      'acl',
      `<AccessControlPolicy ${XMLNS}><Owner><ID>sosapi-gateway</ID><DisplayName>sosapi-gateway</DisplayName></Owner><AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>sosapi-gateway</ID><DisplayName>sosapi-gateway</DisplayName></Grantee><Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>`,
    ],
  ])('GET ?%s', async (subResource, document) => {
    await store.ask('PUT', '/settings');
    expect((await store.ask('GET', `/settings?${subResource}`)).text).toBe(DECLARATION + document);
  });

  test.each([
    'policy',
    'lifecycle',
    'cors',
    'encryption',
    'tagging',
    'replication',
    'website',
    'ownershipControls',
    'publicAccessBlock',
  ])('DELETE ?%s is 204', async (subResource) => {
    await store.ask('PUT', '/settings');
    expect(await store.ask('DELETE', `/settings?${subResource}`)).toMatchObject({ status: 204, text: '' });
  });

  test.each(['private', 'bucket-owner-full-control'])(
    'PUT ?acl with x-amz-acl: %s changes nothing',
    async (acl) => {
      await store.ask('PUT', '/settings');
      expect(await store.ask('PUT', '/settings?acl', { lines: [`x-amz-acl: ${acl}`] })).toMatchObject({
        status: 200,
      });
    },
  );

  test.each<[string, string, string]>([
    ['x-amz-acl: public-read', '', 'AccessControlListNotSupported'],
    ['x-amz-grant-read: id=x', '', 'NotImplemented'],
    ['Accept: */*', '', 'NotImplemented'],
    ['x-amz-acl: private', '<AccessControlPolicy/>', 'NotImplemented'],
  ])('PUT ?acl with %s and the body "%s" is refused', async (line, body, code) => {
    await store.ask('PUT', '/settings');
    expect(await store.ask('PUT', '/settings?acl', { lines: [line], body })).toMatchObject({ code });
  });

  test('every Put of a bucket that has a handler keeps what it accepts', () => {
    const puts = OPERATIONS.filter(({ level, method }) => level === 'bucket' && method === 'PUT')
      .map(({ name }) => name)
      .filter((name) => name in BUCKET_HANDLERS);
    expect(puts.sort()).toEqual([
      'CreateBucket',
      'PutBucketAcl',
      'PutBucketVersioning',
      'PutObjectLockConfiguration',
    ]);
  });

  const ofBuckets = OPERATIONS.filter(({ name, level }) => level === 'bucket' && name in BUCKET_HANDLERS);
  test.each(ofBuckets.filter(({ name }) => name !== 'CreateBucket'))(
    '$name of a bucket that is not there: NoSuchBucket',
    async ({ method, requires }) => {
      const lines = method === 'PUT' ? ['x-amz-acl: private'].slice(requires.includes('acl') ? 0 : 1) : [];
      const seen = await store.ask(method, `/absent?${requires.join('&')}`, { lines });
      expect(seen).toMatchObject({ status: 404, code: 'NoSuchBucket' });
    },
  );

  test('every handler has an operation of that name', () => {
    const names = new Set(OPERATIONS.map(({ name }) => name));
    expect(Object.keys(BUCKET_HANDLERS).filter((name) => !names.has(name))).toEqual([]);
  });
});
