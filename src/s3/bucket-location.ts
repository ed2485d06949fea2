// The answer to GetBucketLocation.
import { escapeXml, S3_NAMESPACE, XML_DECLARATION } from './xml-text.ts';

/** Of this one there is no constraint: the element is empty (Amazon S3 API Reference, GetBucketLocation). */
const UNCONSTRAINED = 'us-east-1';

/** The text of the element. */
export function locationConstraint(region: string): string {
  return region === UNCONSTRAINED ? '' : region;
}

export function renderBucketLocation(region: string): Buffer {
  const text = escapeXml(locationConstraint(region));
  return Buffer.from(
    `${XML_DECLARATION}\n<LocationConstraint xmlns="${S3_NAMESPACE}">${text}</LocationConstraint>`,
  );
}
