// What bodies of calls that change protection ask for, as the audit log tells it.
import { expect, test } from 'vitest';
import { hasProtectionBody, readProtectionBody } from '../../../src/s3/protection-body.ts';

const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

test.each([
  [
    'PutObjectRetention',
    `<?xml version="1.0" encoding="UTF-8"?><Retention ${NAMESPACE}><Mode>COMPLIANCE</Mode><RetainUntilDate>2027-01-01T00:00:00Z</RetainUntilDate></Retention>`,
    { mode: 'COMPLIANCE', retainUntil: '2027-01-01T00:00:00Z' },
  ],
  ['PutObjectRetention', '<Retention/>', {}],
  ['PutObjectLegalHold', '<LegalHold><Status> ON </Status></LegalHold>', { legalHold: 'ON' }],
  [
    'PutBucketVersioning',
    '<VersioningConfiguration><Status>Suspended</Status><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>',
    { versioning: 'Suspended', mfaDelete: 'Enabled' },
  ],
  [
    'PutObjectLockConfiguration',
    '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Years>2</Years></DefaultRetention></Rule></ObjectLockConfiguration>',
    { lock: 'Enabled', defaultMode: 'GOVERNANCE', defaultYears: '2' },
  ],
  [
    'PutObjectLegalHold',
    `<LegalHold><Status>${'A'.repeat(100)}</Status></LegalHold>`,
    { legalHold: 'A'.repeat(64) },
  ],
  // Twice: which one a store takes is not for us to say.
  ['PutObjectLegalHold', '<LegalHold><Status>ON</Status><Status>OFF</Status></LegalHold>', {}],
])('%s: %s', (operation, body, asked) => {
  expect(readProtectionBody(operation, Buffer.from(body))).toEqual(asked);
});

test.each(['', 'no XML', '<Retention>', '<LegalHold><Status>ON</Status></LegalHold>'])(
  'what is none of it cannot be read: %s',
  (body) => {
    expect(readProtectionBody('PutObjectRetention', Buffer.from(body))).toBeUndefined();
  },
);

test('other operations say nothing of it in their bodies', () => {
  expect(['PutObject', 'PutBucketPolicy', 'constructor'].map(hasProtectionBody)).toEqual([
    false,
    false,
    false,
  ]);
});
