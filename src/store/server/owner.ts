// The one owner of everything in the store, as listings name it.
import { xmlElement } from '../../s3/xml-text.ts';

export const OWNER_ID = 'sosapi-gateway';
export const OWNER_NAME = 'sosapi-gateway';

/** `<Owner>…</Owner>`, or the same under another name, such as `Initiator`. */
export function ownerElement(name = 'Owner'): string {
  return `<${name}>${xmlElement('ID', OWNER_ID)}${xmlElement('DisplayName', OWNER_NAME)}</${name}>`;
}
