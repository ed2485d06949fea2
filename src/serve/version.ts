// The version, out of package.json: the one place that knows it.
import { readFileSync } from 'node:fs';

/** Read anew at each call; package.json stands above the sources and above `dist` alike. */
export function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
