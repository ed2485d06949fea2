// Where the vendor's documents are: they are not part of this project, so tests that read them may have to skip.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const BESIDE_THE_CHECKOUT = new URL('../../../../shared/veeam-docs', import.meta.url).pathname;

/** `VEEAM_DOCS`, or `../shared/veeam-docs` beside the checkout; undefined where it is not there. */
export function documentDirectory(): string | undefined {
  const directory = process.env['VEEAM_DOCS'] ?? BESIDE_THE_CHECKOUT;
  return existsSync(join(directory, 'openapi')) ? directory : undefined;
}

/** The name of a group of tests that needs the documents: says why it is skipped, where it is. */
export function withDocuments(name: string): string {
  return documentDirectory() === undefined
    ? `${name} (skipped: the vendor's documents are not here, name their directory in VEEAM_DOCS)`
    : name;
}
