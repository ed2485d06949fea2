// Writes docs/bench-faults.md from the faults of the broken store (`node test/integration/bench/faults-table.ts`).
import { readFileSync, writeFileSync } from 'node:fs';
import { renderFaultsPage } from '../../support/broken-store/faults-page.ts';

const PAGE = new URL('../../../docs/bench-faults.md', import.meta.url);

function current(): string {
  try {
    return readFileSync(PAGE, 'utf8');
  } catch {
    return '';
  }
}

const page = renderFaultsPage();
const isSame = page === current();
if (!isSame) writeFileSync(PAGE, page);
process.stdout.write(`docs/bench-faults.md is ${isSame ? 'as it was' : 'new: look at it and commit it'}\n`);
