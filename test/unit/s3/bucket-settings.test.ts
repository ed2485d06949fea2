import { describe, expect, test } from 'vitest';
import { parseObjectLock, parseVersioning } from '../../../src/s3/bucket-settings.ts';

describe('parseVersioning', () => {
  test.each([
    ['<VersioningConfiguration xmlns="x"><Status>Enabled</Status></VersioningConfiguration>', 'enabled'],
    ['<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>', 'suspended'],
    ['<VersioningConfiguration/>', 'off'],
    ['<?xml version="1.0"?><VersioningConfiguration xmlns="x"></VersioningConfiguration>', 'off'],
    ['<Error><Code>NoSuchBucket</Code></Error>', undefined],
    ['<!-- ', undefined],
  ])('%s is %s', (text, versioning) => {
    expect(parseVersioning(Buffer.from(text))).toBe(versioning);
  });
});

describe('parseObjectLock', () => {
  test.each([
    [
      '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>',
      { enabled: true, defaultRetention: false },
    ],
    [
      '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>1</Days></DefaultRetention></Rule></ObjectLockConfiguration>',
      { enabled: true, defaultRetention: true },
    ],
    ['<ObjectLockConfiguration/>', { enabled: false, defaultRetention: false }],
    ['<Error><Code>X</Code></Error>', undefined],
    ['<?xml ', undefined],
  ])('%s', (text, lock) => {
    expect(parseObjectLock(Buffer.from(text))).toEqual(lock);
  });
});
