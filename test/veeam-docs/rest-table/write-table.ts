// Writes docs/veeam-rest.md from its rows.
import { readFileSync, writeFileSync } from 'node:fs';
import { LISTED_NAMES } from './listed-names.ts';
import { renderPage } from './render-page.ts';
import { SECTIONS } from './sections.ts';

const PAGE = new URL('../../../docs/veeam-rest.md', import.meta.url);

function current(): string {
  try {
    return readFileSync(PAGE, 'utf8');
  } catch {
    return '';
  }
}

const page = renderPage(SECTIONS, LISTED_NAMES);
const isSame = page === current();
if (!isSame) writeFileSync(PAGE, page);
process.stdout.write(`docs/veeam-rest.md is ${isSame ? 'as it was' : 'new: look at it and commit it'}\n`);
