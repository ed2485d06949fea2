import { describe, expect, test } from 'vitest';
import { elements, headerOf, useObjectStore, verdict } from './object-fixture.ts';

const store = useObjectStore();

const tagging = (tags: readonly (readonly [string, string])[]): string =>
  `<Tagging><TagSet>${tags
    .map(([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`)
    .join('')}</TagSet></Tagging>`;
const many = (count: number) => Array.from({ length: count }, (_, at) => [`k${at}`, 'v'] as const);

async function tagsOf(target: string): Promise<string[]> {
  const answer = await store.done('GET', `${target}?tagging`);
  const keys = elements(answer, 'Key');
  const values = elements(answer, 'Value');
  return keys.map((key, at) => `${key}=${values[at]}`);
}

describe('tags', () => {
  test('in a header: as in a query string', async () => {
    const bucket = await store.bucket('plain');
    await store.put(`/${bucket}/a`, 'x', { 'x-amz-tagging': 'a=1&b+c=d%2Be&%C3%A9=&f' });
    expect(await tagsOf(`/${bucket}/a`)).toEqual(['a=1', 'b c=d+e', 'é=', 'f=']);
    for (const method of ['GET', 'HEAD']) {
      expect(headerOf(await store.done(method, `/${bucket}/a`), 'x-amz-tagging-count')).toBe('4');
    }
    await store.put(`/${bucket}/b`, 'x', { 'x-amz-tagging': '' });
    expect(headerOf(await store.done('HEAD', `/${bucket}/b`), 'x-amz-tagging-count')).toBeUndefined();
  });

  test.each([
    [
      'eleven',
      many(11)
        .map(([key]) => `${key}=v`)
        .join('&'),
      'InvalidTag',
    ],
    ['a key twice', 'a=1&a=2', 'InvalidTag'],
    ['no key', '=1', 'InvalidTag'],
    ['a key of 129 characters', 'k'.repeat(129), 'InvalidTag'],
    ['a value of 257 characters', `a=${'v'.repeat(257)}`, 'InvalidTag'],
    ['a character that tags cannot have', 'a=%3Cb%3E', 'InvalidTag'],
    ['a line break', 'a=%0A', 'InvalidTag'],
    ['a system tag', 'aws:x=1', 'InvalidTag'],
    ['what is not encoded', 'a=%', 'InvalidArgument'],
    ['what is not UTF-8', 'a=%FF', 'InvalidArgument'],
  ])('in a header: %s', async (_name, value, code) => {
    const bucket = await store.bucket('plain');
    const answer = await store.ask('PUT', `/${bucket}/a`, { body: 'x', headers: { 'x-amz-tagging': value } });
    expect(verdict(answer)).toBe(`400 ${code}`);
    expect((await store.ask('HEAD', `/${bucket}/a`)).status).toBe(404);
  });

  test('ten, of the greatest length, counted in characters', async () => {
    const bucket = await store.bucket('plain');
    const longest = [['𐐀'.repeat(128), '𐐀'.repeat(256)] as const, ...many(9)];
    await store.put(`/${bucket}/a`, 'x');
    await store.done('PUT', `/${bucket}/a?tagging`, { body: tagging(longest) });
    expect(await tagsOf(`/${bucket}/a`)).toHaveLength(10);
  });

  test('as a document: put, replaced, deleted, for each version by itself', async () => {
    const bucket = await store.bucket('versioned');
    const first = await store.put(`/${bucket}/a`, 'x', { 'x-amz-tagging': 'old=1' });
    const second = await store.put(`/${bucket}/a`, 'y');
    const put = await store.done('PUT', `/${bucket}/a?tagging`, { body: tagging([['new', '2']]) });
    expect(headerOf(put, 'x-amz-version-id')).toBe(second);
    expect(await tagsOf(`/${bucket}/a`)).toEqual(['new=2']);
    const byId = await store.done('GET', `/${bucket}/a?tagging&versionId=${first}`);
    expect([elements(byId, 'Key'), headerOf(byId, 'x-amz-version-id')]).toEqual([['old'], first]);
    await store.done('PUT', `/${bucket}/a?tagging&versionId=${first}`, { body: tagging([]) });
    expect(elements(await store.done('GET', `/${bucket}/a?tagging&versionId=${first}`), 'Key')).toEqual([]);
    const removed = await store.done('DELETE', `/${bucket}/a?tagging`);
    expect([removed.status, headerOf(removed, 'x-amz-version-id')]).toEqual([204, second]);
    expect(await tagsOf(`/${bucket}/a`)).toEqual([]);
    expect(await store.body(`/${bucket}/a`)).toBe('y');
  });

  test.each([
    ['eleven', tagging(many(11)), 'InvalidTag'],
    [
      'a key twice',
      tagging([
        ['a', '1'],
        ['a', '2'],
      ]),
      'InvalidTag',
    ],
    ['an empty key', tagging([['', '1']]), 'InvalidTag'],
    ['no value', '<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>', 'MalformedXML'],
    ['no tag set', '<Tagging/>', 'MalformedXML'],
    ['two tag sets', '<Tagging><TagSet/><TagSet/></Tagging>', 'MalformedXML'],
    ['another root', '<Tags><TagSet/></Tags>', 'MalformedXML'],
    ['an unknown element', '<Tagging><TagSet><Label/></TagSet></Tagging>', 'MalformedXML'],
    ['text', '<Tagging><TagSet>a</TagSet></Tagging>', 'MalformedXML'],
    ['no body', '', 'MalformedXML'],
  ])('as a document: %s', async (_name, body, code) => {
    const bucket = await store.bucket('plain');
    await store.put(`/${bucket}/a`, 'x', { 'x-amz-tagging': 'kept=1' });
    expect(verdict(await store.ask('PUT', `/${bucket}/a?tagging`, { body }))).toBe(`400 ${code}`);
    expect(await tagsOf(`/${bucket}/a`)).toEqual(['kept=1']);
  });

  test('of nothing', async () => {
    const bucket = await store.bucket('versioned');
    expect(verdict(await store.ask('GET', `/${bucket}/a?tagging`))).toBe('404 NoSuchKey');
    expect(verdict(await store.ask('DELETE', `/${bucket}/a?tagging`))).toBe('404 NoSuchKey');
    const put = await store.ask('PUT', `/${bucket}/a?tagging`, { body: tagging([]) });
    expect(verdict(put)).toBe('404 NoSuchKey');
    expect(verdict(await store.ask('GET', `/${bucket}/a?tagging&versionId=null`))).toBe('404 NoSuchVersion');
  });
});

describe('ACLs', () => {
  test('the owner may do everything', async () => {
    const bucket = await store.bucket('plain');
    await store.put(`/${bucket}/a`, 'x');
    const answer = await store.done('GET', `/${bucket}/a?acl`);
    expect(elements(answer, 'ID')).toEqual(['sosapi-gateway', 'sosapi-gateway']);
    expect(elements(answer, 'Permission')).toEqual(['FULL_CONTROL']);
    expect(verdict(await store.ask('GET', `/${bucket}/none?acl`))).toBe('404 NoSuchKey');
  });

  const grant = (id: string, permission = 'FULL_CONTROL') =>
    `<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>${id}</ID></Grantee><Permission>${permission}</Permission></Grant>`;
  const acl = (grants: string, owner = 'sosapi-gateway') =>
    `<AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>${owner}</ID></Owner>\n<AccessControlList>${grants}</AccessControlList></AccessControlPolicy>`;

  test('the answer of GetObjectAcl may be put back', async () => {
    const bucket = await store.bucket('plain');
    await store.put(`/${bucket}/a`, 'x');
    const { body } = await store.done('GET', `/${bucket}/a?acl`);
    expect(verdict(await store.ask('PUT', `/${bucket}/a?acl`, { body }))).toBe('200');
  });

  const refused = '400 AccessControlListNotSupported';
  test.each([
    ['private', { 'x-amz-acl': 'private' }, '', '200'],
    ["the owner's document, as s3cmd 2.3 writes it", {}, acl(grant('sosapi-gateway')), '200'],
    ["another's document", {}, acl(grant('other'), 'other'), refused],
    ['a grant to another', {}, acl(grant('other')), refused],
    ['a grant to another besides', {}, acl(grant('sosapi-gateway') + grant('other', 'READ')), refused],
    ['less for the owner', {}, acl(grant('sosapi-gateway', 'READ')), refused],
    ['no grant', {}, acl(''), refused],
    ['no XML', {}, 'private', '400 MalformedXML'],
    [
      "the owner's document and a canned one",
      { 'x-amz-acl': 'private' },
      acl(grant('sosapi-gateway')),
      refused,
    ],
    ['bucket-owner-full-control', { 'x-amz-acl': 'bucket-owner-full-control' }, '', '200'],
    ['public-read', { 'x-amz-acl': 'public-read' }, '', '400 AccessControlListNotSupported'],
    ['nothing', {}, '', '400 AccessControlListNotSupported'],
    ['a document', {}, '<AccessControlPolicy/>', '400 AccessControlListNotSupported'],
    ['both', { 'x-amz-acl': 'private' }, '<AccessControlPolicy/>', '400 AccessControlListNotSupported'],
    ['a grant', { 'x-amz-grant-read': 'id=x' }, '', '501 NotImplemented'],
  ])('PutObjectAcl with %s', async (_name, headers, body, expected) => {
    const bucket = await store.bucket('plain');
    await store.put(`/${bucket}/a`, 'x');
    expect(verdict(await store.ask('PUT', `/${bucket}/a?acl`, { headers, body }))).toBe(expected);
    expect(await store.body(`/${bucket}/a`)).toBe('x');
  });
});
