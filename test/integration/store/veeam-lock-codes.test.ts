// What broke Veeam at other stores, as it was reported there: the error codes around object lock. Rows: veeam-rows.ts.
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectLockConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { useGatewayedStore } from '../../support/embedded-store-fixture.ts';
import { elementOf } from '../../support/raw-http.ts';
import { ask } from '../../support/raw-target.ts';
import { bucketName } from '../../support/s3-clients.ts';
import { errorOf, outcomeOf } from '../../support/same-answer.ts';
import { inDays, useLockBuckets } from './lock-buckets.ts';

const at = useGatewayedStore();
const { Bucket, plain, put, locked, retain } = useLockBuckets(at);

describe('row 48 (storj/edge#407 and on): the error codes around object lock', () => {
  const until = () => inDays(1).toISOString();
  const lockHeaders = (mode: string, date: string) => ({
    'x-amz-object-lock-mode': mode,
    'x-amz-object-lock-retain-until-date': date,
  });
  const retention = (mode: string, date: string) =>
    `<Retention><Mode>${mode}</Mode><RetainUntilDate>${date}</RetainUntilDate></Retention>`;

  test.each<[string, () => { inBucket?: string; headers?: Record<string, string> }, number, string]>([
    [
      'lock headers where the bucket has no object lock',
      () => ({ inBucket: plain, headers: lockHeaders('COMPLIANCE', until()) }),
      400,
      'InvalidRequest',
    ],
    [
      'legal hold where the bucket has no object lock',
      () => ({ inBucket: plain, headers: { 'x-amz-object-lock-legal-hold': 'ON' } }),
      400,
      'InvalidRequest',
    ],
    [
      'a mode that there is not',
      () => ({ headers: lockHeaders('FOREVER', until()) }),
      400,
      'InvalidArgument',
    ],
    [
      'a mode without a date',
      () => ({ headers: { 'x-amz-object-lock-mode': 'COMPLIANCE' } }),
      400,
      'InvalidArgument',
    ],
    [
      'a date without a mode',
      () => ({ headers: { 'x-amz-object-lock-retain-until-date': until() } }),
      400,
      'InvalidArgument',
    ],
    [
      'a date in the past',
      () => ({ headers: lockHeaders('COMPLIANCE', '2020-01-01T00:00:00Z') }),
      400,
      'InvalidArgument',
    ],
    [
      'a date that is none',
      () => ({ headers: lockHeaders('COMPLIANCE', 'tomorrow') }),
      400,
      'InvalidArgument',
    ],
    [
      'a legal hold that is neither on nor off',
      () => ({ headers: { 'x-amz-object-lock-legal-hold': 'MAYBE' } }),
      400,
      'InvalidArgument',
    ],
  ])('PUT with %s', async (_, make, status, code) => {
    const { inBucket = Bucket, headers = {} } = make();
    const answer = await ask(at.target, {
      method: 'PUT',
      target: `/${inBucket}/refused`,
      headers,
      body: 'x',
    });
    expect([answer.status, elementOf(answer, 'Code')]).toEqual([status, code]);
    expect((await ask(at.target, { method: 'GET', target: `/${inBucket}/refused` })).status).toBe(404);
  });

  test.each<[string, string, string, () => string, number, string]>([
    [
      'retention in a bucket without object lock',
      'plain',
      'retention',
      () => retention('COMPLIANCE', until()),
      400,
      'InvalidRequest',
    ],
    [
      'legal hold in a bucket without object lock',
      'plain',
      'legal-hold',
      () => '<LegalHold><Status>ON</Status></LegalHold>',
      400,
      'InvalidRequest',
    ],
    [
      'retention of a key that is not there',
      'absent',
      'retention',
      () => retention('COMPLIANCE', until()),
      404,
      'NoSuchKey',
    ],
    [
      'retention in the past',
      'there',
      'retention',
      () => retention('COMPLIANCE', '2020-01-01T00:00:00Z'),
      400,
      'InvalidArgument',
    ],
    [
      'retention with a mode that there is not',
      'there',
      'retention',
      () => retention('NONE', until()),
      400,
      'MalformedXML',
    ],
    [
      'retention with a date that is none',
      'there',
      'retention',
      () => retention('COMPLIANCE', 'soon'),
      400,
      'MalformedXML',
    ],
    [
      'retention that is shortened',
      'locked',
      'retention',
      () => retention('COMPLIANCE', new Date(Date.now() + 60_000).toISOString()),
      403,
      'AccessDenied',
    ],
    [
      'retention that is made GOVERNANCE',
      'locked',
      'retention',
      () => retention('GOVERNANCE', inDays(9).toISOString()),
      403,
      'AccessDenied',
    ],
    [
      'retention that is taken away',
      'locked',
      'retention',
      () => '<Retention></Retention>',
      403,
      'AccessDenied',
    ],
    [
      'a legal hold that is neither on nor off',
      'there',
      'legal-hold',
      () => '<LegalHold><Status>MAYBE</Status></LegalHold>',
      400,
      'MalformedXML',
    ],
  ])('PUT of %s', async (title, of, subResource, body, status, code) => {
    const key = `codes/${title}`;
    const inBucket = of === 'plain' ? plain : Bucket;
    if (of === 'plain') await at.client.send(new PutObjectCommand({ Bucket: plain, Key: key, Body: 'x' }));
    if (of === 'there') await put(key, 'x');
    if (of === 'locked') await locked(key, 'x');
    const answer = await ask(at.target, {
      method: 'PUT',
      target: `/${inBucket}/${encodeURIComponent(key)}?${subResource}`,
      body: body(),
    });
    expect([answer.status, elementOf(answer, 'Code')]).toEqual([status, code]);
  });

  test.each(['retention', 'legal-hold'])('GET of ?%s', async (subResource) => {
    const code = async (inBucket: string, key: string) => {
      const answer = await ask(at.target, { method: 'GET', target: `/${inBucket}/${key}?${subResource}` });
      return [answer.status, elementOf(answer, 'Code')];
    };
    await put('unlocked', 'x');
    await at.client.send(new PutObjectCommand({ Bucket: plain, Key: 'unlocked', Body: 'x' }));
    // A hold that never was and one that was ended are the same to this store: OFF.
    expect(await code(Bucket, 'unlocked')).toEqual(
      subResource === 'retention' ? [404, 'NoSuchObjectLockConfiguration'] : [200, undefined],
    );
    expect(await code(plain, 'unlocked')).toEqual([400, 'InvalidRequest']);
    expect(await code(Bucket, 'not-there')).toEqual([404, 'NoSuchKey']);
  });

  test('GOVERNANCE goes with the bypass and not without', async () => {
    const governed = await put('governed', 'x', {
      ObjectLockMode: 'GOVERNANCE',
      ObjectLockRetainUntilDate: inDays(2),
    });
    expect(await errorOf(retain(governed, inDays(1), 'GOVERNANCE'))).toEqual({
      code: 'AccessDenied',
      status: 403,
    });
    await retain(governed, inDays(3), 'GOVERNANCE');
    expect(await errorOf(at.client.send(new DeleteObjectCommand(governed)))).toEqual({
      code: 'AccessDenied',
      status: 403,
    });
    const bypass = new DeleteObjectCommand({ ...governed, BypassGovernanceRetention: true });
    expect(await outcomeOf(at.client.send(bypass))).toMatchObject({ status: 204 });
  });

  test('object lock is switched on later only where versioning is enabled', async () => {
    const later = bucketName('later');
    await at.client.send(new CreateBucketCommand({ Bucket: later }));
    const enable = () =>
      at.client.send(
        new PutObjectLockConfigurationCommand({
          Bucket: later,
          ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' },
        }),
      );
    expect(await errorOf(enable())).toEqual({ code: 'InvalidBucketState', status: 409 });
    await at.client.send(
      new PutBucketVersioningCommand({ Bucket: later, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    await enable();
    const { ObjectLockConfiguration } = await at.client.send(
      new GetObjectLockConfigurationCommand({ Bucket: later }),
    );
    expect(ObjectLockConfiguration).toEqual({ ObjectLockEnabled: 'Enabled' });
  });
});
