// The body of RestoreObject. One form of it restores in place; the other runs a query and writes the result into a bucket
// that it names (Amazon S3 API Reference, RestoreObject, OutputLocation), with the store's own rights.
import { S3Error } from './error.ts';
import { parseStrictXml } from './strict-xml.ts';

const IN_PLACE: ReadonlySet<string> = new Set([
  'Days',
  'Description',
  'GlacierJobParameters',
  'Tier',
  '#text',
]);

/** Throws MalformedXML, and NotImplemented for a restore that would write elsewhere. */
export function checkRestoresInPlace(body: Buffer): void {
  if (body.length === 0) return;
  for (const name of Object.keys(parseStrictXml(body, 'RestoreRequest', new Set()))) {
    if (!IN_PLACE.has(name)) {
      throw new S3Error('NotImplemented', {
        message: `RestoreObject with ${name.slice(0, 64)} is not implemented: an object can be restored in place only.`,
      });
    }
  }
}
