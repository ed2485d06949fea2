// Pages as stores send them: MinIO (last open-source version) and Ceph 16.2.15, recorded 2026-11 and shortened.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  objectsPage,
  partsPage,
  uploadsPage,
  versionsPage,
} from '../../../src/capacity/providers/walk/listing-page.ts';
import { readXml } from '../../../src/capacity/providers/walk/xml-elements.ts';

const DECLARED = '<?xml version="1.0" encoding="UTF-8"?>';
const XMLNS = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

describe('a page of a listing', () => {
  it('of MinIO: the marker is encoded and holds more than the key', () => {
    const page = versionsPage(
      `${DECLARED}\n<ListVersionsResult ${XMLNS}><Name>b</Name><Prefix></Prefix><KeyMarker></KeyMarker>` +
        '<NextKeyMarker>a+b%2Bc%2520d%5Bminio_cache%3Av2%2Creturn%3A%5D</NextKeyMarker>' +
        '<NextVersionIdMarker>f376cd20-dc62-4736-9376-379ddb13e710</NextVersionIdMarker><MaxKeys>3</MaxKeys>' +
        '<IsTruncated>true</IsTruncated><Version><Key>%26%3C%3E%22%27</Key><ETag>&#34;x&#34;</ETag><Size>4</Size></Version>' +
        '<DeleteMarker><Key>a+b%2Bc%2520d</Key><Owner><ID>o</ID></Owner></DeleteMarker>' +
        '<EncodingType>url</EncodingType></ListVersionsResult>',
    );
    expect(page).toEqual({
      bytes: 4n,
      count: 1,
      next: { key: 'a b+c%20d[minio_cache:v2,return:]', id: 'f376cd20-dc62-4736-9376-379ddb13e710' },
    });
  });

  it('of Ceph: the keys are encoded and the marker is not', () => {
    const page = (marker: string, key: string) =>
      versionsPage(
        `${DECLARED}<ListVersionsResult ${XMLNS}><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>` +
          `<NextKeyMarker>${marker}</NextKeyMarker><NextVersionIdMarker>64TdiNJ</NextVersionIdMarker>` +
          `<Version><Key>${key}</Key><Size>4</Size></Version></ListVersionsResult>`,
      )?.next?.key;
    expect(page('&amp;&lt;&gt;&quot;&apos;', '%26%3C%3E%22&apos;')).toBe('&<>"\'');
    expect(page('a b+c%20d', 'a%20b%2Bc%2520d')).toBe('a b+c%20d');
    expect(page('ctl&#x01;x', 'ctl%01x')).toBe('ctl\u0001x');
  });

  it('of Ceph: the keys of uploads are encoded and nothing says so', () => {
    const page = uploadsPage(
      `${DECLARED}<ListMultipartUploadsResult ${XMLNS}><Bucket>b</Bucket><NextKeyMarker>a b+c%20d</NextKeyMarker>` +
        '<NextUploadIdMarker>2~bo</NextUploadIdMarker><IsTruncated>true</IsTruncated>' +
        '<Upload><Key>./x</Key><UploadId>2~XX</UploadId></Upload>' +
        '<Upload><Key>a%20b%2Bc%2520d</Key><UploadId>2~bo</UploadId></Upload></ListMultipartUploadsResult>',
    );
    expect(page).toEqual({
      uploads: [
        { keys: ['./x'], uploadId: '2~XX' },
        { keys: ['a b+c%20d', 'a%20b%2Bc%2520d'], uploadId: '2~bo' },
      ],
      next: { key: 'a b+c%20d', id: '2~bo' },
    });
  });

  it('that is the last has no next, whatever markers it holds', () => {
    const end = '<IsTruncated>false</IsTruncated><NextKeyMarker>k</NextKeyMarker>';
    expect(versionsPage(`<ListVersionsResult>${end}</ListVersionsResult>`)).toEqual({ bytes: 0n, count: 0 });
    expect(objectsPage(`<ListBucketResult>${end}</ListBucketResult>`)).toEqual({ bytes: 0n, count: 0 });
    expect(partsPage(`<ListPartsResult>${end}</ListPartsResult>`)).toEqual({ bytes: 0n });
    expect(uploadsPage(`<ListMultipartUploadsResult>${end}</ListMultipartUploadsResult>`)).toEqual({
      uploads: [],
    });
  });

  it('of objects goes on with the token as it came', () => {
    const page = (token: string) =>
      objectsPage(
        `<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>${token}</NextContinuationToken></ListBucketResult>`,
      ).next;
    expect(page('a%20b+c=')).toEqual({ key: 'a%20b+c=', id: '' });
    expect(() => page('')).toThrow('does not say where');
  });

  it.each(['%', '%zz', '%ff'])('whose marker %s is encoded as nothing is refused', (marker) => {
    const document = `<ListVersionsResult><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><NextKeyMarker>${marker}</NextKeyMarker></ListVersionsResult>`;
    expect(() => versionsPage(document)).toThrow('not encoded as a URL');
  });
});

describe('readXml', () => {
  it.each([
    ['', 'cut off'],
    ['<a>', 'cut off'],
    ['<a><b></a></b>', 'do not match'],
    ['</a>', 'do not match'],
    ['<a/><b/>', 'behind its root'],
    ['<a/>x', 'behind its root'],
    ['x<a/>', 'no XML'],
    ['<!DOCTYPE a><a/>', 'no XML'],
    ['<a><!-- b --></a>', 'no XML'],
    ['<a><![CDATA[b]]></a>', 'no XML'],
    ['<a>&b;</a>', 'unknown reference'],
    ['<a>&constructor;</a>', 'unknown reference'],
    ['<a>b & c</a>', 'unknown reference'],
    ['<a>&#x110000;</a>', 'unknown reference'],
    ['<a>'.repeat(17), 'too deep'],
  ])('refuses %s', (document, why) => {
    expect(() => readXml(document)).toThrow(why);
  });

  it('reads any text that is escaped', () => {
    const escaped = (text: string) => text.replace(/[&<]/g, (char) => `&#${char.charCodeAt(0)};`);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(readXml(`\uFEFF${DECLARED}\n<a b="c"><d/>${escaped(text)}</a>\n`)).toEqual({
          name: 'a',
          text,
          children: [{ name: 'd', text: '', children: [] }],
        });
      }),
    );
  });

  it('answers or refuses, whatever comes', () => {
    const pieces = fc.constantFrom(
      '<',
      '>',
      '/',
      'a',
      '&',
      ';',
      '#',
      'x',
      '1',
      ' ',
      '<a>',
      '</a>',
      '<a/>',
      '"',
      '?',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (document) => {
        try {
          expect(readXml(document.join('')).name).toMatch(/^a/);
        } catch (error) {
          expect(String(error)).toMatch(/^Error: (no XML|XML )/);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
