// The one place where an S3Error becomes bytes.
import type { S3Error } from './error.ts';
import { XML_DECLARATION, xmlElement } from './xml-text.ts';

/** The error's XML as Amazon S3 writes it ("Error responses"). `resource` is `/bucket/key`. */
export function renderError(error: S3Error, resource: string, requestId: string): Buffer {
  const details = Object.entries(error.details).map(([name, text]) => xmlElement(name, text));
  return Buffer.from(
    `${XML_DECLARATION}\n<Error>${xmlElement('Code', error.code)}${xmlElement('Message', error.message)}${details.join('')}${xmlElement('Resource', resource)}${xmlElement('RequestId', requestId)}</Error>`,
  );
}
