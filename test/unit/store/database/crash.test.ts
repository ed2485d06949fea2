import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { fromKey } from '../../../../src/store/database/key-bounds.ts';
import { openReadOnly } from '../../../../src/store/database/open-read-only.ts';
import { differencesIn, NO_SYNC, temporaryFile, testCatalog } from './catalog-fixture.ts';

interface Acknowledged {
  readonly rowId: number;
  readonly key: string;
  readonly versionId: string;
}

/** What a killed writer had said: durable versions, those that it had begun to remove, and those that it had removed. */
class Claims {
  readonly put = new Map<number, Acknowledged>();
  readonly removing = new Set<number>();
  readonly removed = new Set<number>();

  note(line: string): void {
    const [kind, id, key = '', versionId = ''] = line.split(' ');
    const rowId = Number(id);
    if (kind === '+') this.put.set(rowId, { rowId, key, versionId });
    else if (kind === '?') this.removing.add(rowId);
    else this.removed.add(rowId);
  }
}

async function writeAndKill(file: string, lines: number, claims: Claims): Promise<void> {
  const script = new URL('./crash-writer.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let seen = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    claims.note(line);
    seen += 1;
    if (seen === lines) child.kill('SIGKILL');
  }
  const [, signal] = await exited;
  expect(signal).toBe('SIGKILL');
}

it('a catalog whose process is killed opens by itself with everything that was durable, and agrees with itself', async () => {
  const file = await temporaryFile();
  const claims = new Claims();
  for (const lines of [1, 137, 900, 2_500]) {
    await writeAndKill(file, lines, claims);
    // As it was left, with the log that nobody has looked at yet.
    expect(differencesIn(file)).toEqual([]);
    const { catalog, close } = await testCatalog({ file, ...NO_SYNC });
    const bucketId = catalog.buckets.find('b')?.id ?? 0;
    const { versions } = catalog;
    for (const { rowId, key, versionId } of claims.put.values()) {
      const found = versions.byVersionId(bucketId, key, versionId);
      if (claims.removed.has(rowId)) expect(found?.id).not.toBe(rowId);
      else if (!claims.removing.has(rowId) && versionId !== 'null') expect(found?.id).toBe(rowId);
    }
    for (const { key } of versions.versionsFrom(bucketId, fromKey(''), '')) {
      const latest = versions.latest(bucketId, key);
      if (latest !== undefined) versions.content(latest.id);
    }
    expect(differencesIn(file)).toEqual([]);
    await close();
  }
  expect(claims.put.size).toBeGreaterThan(1_000);
  const reader = openReadOnly(file);
  expect(reader.integrityCheck()).toEqual([]);
  reader.close();
}, 60_000);
