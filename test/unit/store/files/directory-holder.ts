// Run as a process of its own: opens a data directory and holds it. Says `open`, or `refused: ` and why.
import { randomBytes } from 'node:crypto';
import { openDataDirectory } from '../../../../src/store/files/data-directory.ts';

try {
  const directory = await openDataDirectory(process.argv[2] ?? '', { randomBytes });
  process.stdout.write('open\n');
  // Until it is killed, or its parent goes away.
  process.stdin.on('end', () => directory.close());
  process.stdin.resume();
} catch (error) {
  process.stdout.write(`refused: ${error instanceof Error ? error.message : String(error)}\n`);
}
