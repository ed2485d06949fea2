import { expect, test } from 'vitest';
import { checkRestoresInPlace } from '../../../src/s3/restore-request.ts';

const check = (body: string) => () => checkRestoresInPlace(Buffer.from(body));

test.each([
  ['nothing', ''],
  ['days', '<RestoreRequest><Days>3</Days></RestoreRequest>'],
  [
    'a tier and a namespace',
    '<RestoreRequest xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Days>1</Days><GlacierJobParameters><Tier>Bulk</Tier></GlacierJobParameters></RestoreRequest>',
  ],
])('a restore in place: %s', (_name, body) => {
  expect(check(body)).not.toThrow();
});

test.each([
  [
    'an output in another bucket',
    '<RestoreRequest><Type>SELECT</Type><OutputLocation><S3><BucketName>other</BucketName></S3></OutputLocation></RestoreRequest>',
  ],
  [
    'an output alone',
    '<RestoreRequest><OutputLocation><S3><BucketName>other</BucketName></S3></OutputLocation></RestoreRequest>',
  ],
  ['a query', '<RestoreRequest><SelectParameters/></RestoreRequest>'],
])('refused by name: %s', (_name, body) => {
  expect(check(body)).toThrow(expect.objectContaining({ code: 'NotImplemented', status: 501 }));
});

test.each([
  ['another root', '<Restore/>'],
  ['a comment', '<RestoreRequest><!-- --><Days>1</Days></RestoreRequest>'],
  ['an entity', '<!DOCTYPE a [<!ENTITY x "OutputLocation">]><RestoreRequest><Days>1</Days></RestoreRequest>'],
  ['a prefix', '<s:RestoreRequest xmlns:s="x"><s:OutputLocation/></s:RestoreRequest>'],
])('what two parsers could read in two ways: %s', (_name, body) => {
  expect(check(body)).toThrow(expect.objectContaining({ code: 'MalformedXML' }));
});
