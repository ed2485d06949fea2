// Which test files run over the real stores that a whole run shares.
import { readFileSync } from 'node:fs';

/** All others start what they need themselves. */
export function overSharedStores(file: string): boolean {
  return readFileSync(file, 'utf8').includes('support/stores.ts');
}
