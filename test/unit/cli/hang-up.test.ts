// SIGHUP by itself is a reload; SIGHUP from a terminal that was closed is an end.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const ROOT = new URL('../../..', import.meta.url).pathname;
const MODULE = join(ROOT, 'src/cli/hang-up.ts');

/** Sends itself one, when it is ready, and waits for the other. */
const PROGRAM = `
import { appendFileSync } from 'node:fs';
import { watchHangUp } from ${JSON.stringify(MODULE)};
const say = (word) => appendFileSync(process.env.SAID, word + '\\n');
const hangUp = watchHangUp();
hangUp.onReload(() => { say('reload'); process.stdout.write('ready\\n'); });
hangUp.stop.then(() => { say('stop'); process.exit(0); });
setTimeout(() => process.exit(1), 20000);
process.kill(process.pid, 'SIGHUP');
`;

/** A terminal that is closed as soon as the program has written to it; then its exit code is that of this one. */
const TERMINAL = `
import os, pty, sys
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
seen = b''
while b'ready' not in seen:
    seen += os.read(terminal, 1024)
os.close(terminal)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
`;

test('the signal means a reload on a terminal that is there, and an end on one that is gone', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'hang-up-'));
  const said = join(directory, 'said');
  try {
    const node = join(ROOT, 'node_modules/.bin/node');
    await promisify(execFile)('python3', ['-c', TERMINAL, node, '--input-type=module', '--eval', PROGRAM], {
      cwd: ROOT,
      env: { ...process.env, SAID: said },
      timeout: 30_000,
    });
    expect(await readFile(said, 'utf8')).toBe('reload\nstop\n');
  } finally {
    await rm(directory, { recursive: true });
  }
});
