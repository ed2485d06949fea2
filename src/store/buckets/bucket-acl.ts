// The ACL that every bucket has: its owner may do everything, nobody else anything.
import { isDeepStrictEqual } from 'node:util';
import { announcesBody } from '../../http1/head.ts';
import { S3Error } from '../../s3/error.ts';
import { parseStrictXml, type XmlValue } from '../../s3/strict-xml.ts';
import { xmlElement } from '../../s3/xml-text.ts';
import type { Answer, Call, StoreParts } from '../server/call.ts';
import { OWNER_ID, OWNER_NAME, ownerElement } from '../server/owner.ts';
import { documentAnswer } from './document-answer.ts';
import { requireBucket } from './require-bucket.ts';
import { checkCannedAcl, checkWriteHeaders } from './write-headers.ts';

const AMZ_ACL = 'x-amz-acl';

const OWNERS_GRANT = {
  Owner: { ID: OWNER_ID },
  AccessControlList: { Grant: { Grantee: { ID: OWNER_ID }, Permission: 'FULL_CONTROL' } },
};

export function getBucketAcl({ request }: Call, { catalog }: StoreParts): Answer {
  requireBucket(catalog.buckets, request);
  return ownerAcl();
}

/** `x-amz-acl: private` changes nothing and is accepted; grants, as headers or as a document, are refused. */
export function putBucketAcl({ request, exchange }: Call, { catalog }: StoreParts): Answer {
  checkWriteHeaders(request, [AMZ_ACL]);
  checkCannedAcl(request);
  requireBucket(catalog.buckets, request);
  if (announcesBody(exchange.head.framing) || !request.head.headers.has(AMZ_ACL)) {
    throw new S3Error('NotImplemented', {
      message: 'ACLs other than x-amz-acl: private are not implemented.',
    });
  }
  return { status: 200, headers: [] };
}

/** An AccessControlPolicy with the owner's one grant, for buckets and objects alike. */
export function ownerAcl(): Answer {
  const grantee = `<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">${xmlElement('ID', OWNER_ID)}${xmlElement('DisplayName', OWNER_NAME)}</Grantee>`;
  return documentAnswer(
    'AccessControlPolicy',
    `${ownerElement()}<AccessControlList><Grant>${grantee}<Permission>FULL_CONTROL</Permission></Grant></AccessControlList>`,
  );
}

/** Whether a document says just what `ownerAcl` says, so that it changes nothing. Throws MalformedXML. */
export function isOwnerAcl(body: Buffer): boolean {
  return isDeepStrictEqual(bare(parseStrictXml(body, 'AccessControlPolicy', new Set())), OWNERS_GRANT);
}

/** Without the names, which identify nobody (s3cmd 2.3 leaves them out), and the white space between elements. */
function bare(value: XmlValue | readonly XmlValue[]): unknown {
  if (typeof value === 'string' || Array.isArray(value)) return value;
  const kept = Object.entries(value).filter(
    ([name, child]) => name !== 'DisplayName' && !(name === '#text' && String(child).trim() === ''),
  );
  return Object.fromEntries(kept.map(([name, child]) => [name, bare(child)]));
}
