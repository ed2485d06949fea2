// Writes docs/compatibility.md from the outcomes in the directory that COMPATIBILITY_DIRECTORY names (`npm run compatibility`).
import { readFileSync, writeFileSync } from 'node:fs';
import { readOutcomes } from '../../support/client-outcomes.ts';
import { renderPage } from './compatibility-page.ts';

const PAGE = new URL('../../../docs/compatibility.md', import.meta.url);

function current(): string {
  try {
    return readFileSync(PAGE, 'utf8');
  } catch {
    return '';
  }
}

const directory = process.env['COMPATIBILITY_DIRECTORY'];
if (directory === undefined || directory === '') {
  throw new Error('COMPATIBILITY_DIRECTORY must name what a run of test/integration/clients has filled');
}
const page = renderPage(readOutcomes(directory));
const isSame = page === current();
if (!isSame) writeFileSync(PAGE, page);
process.stdout.write(`docs/compatibility.md is ${isSame ? 'as it was' : 'new: look at it and commit it'}\n`);
