// The store is killed without warning, hundreds of times under a mixed load, and may not lose or invent anything.
// CRASH_KILLS and CRASH_SEED change how often and with which randomness; the seed is printed.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runLane } from './crash/lane.ts';
import { Random } from './crash/random.ts';

const KILLS = Number(process.env['CRASH_KILLS'] ?? 240);
const SEED = process.env['CRASH_SEED'] ?? randomBytes(4).toString('hex');
// Two stores at once: while one starts the other one works.
const LANES = 2;

test(`${KILLS} kills under load, seed ${SEED}`, { timeout: 30 * 60_000 }, async () => {
  process.stdout.write(`crash test: CRASH_SEED=${SEED} CRASH_KILLS=${KILLS}\n`);
  const directories = await Promise.all(
    Array.from({ length: LANES }, (_, lane) => mkdtemp(join(tmpdir(), `crash-${lane}-`))),
  );
  try {
    // All of them to their end, also where one fails: its files are removed only when nobody writes any more.
    const lanes = await Promise.allSettled(
      directories.map((directory, lane) =>
        runLane({
          workers: 6,
          name: `lane ${lane} of seed ${SEED}`,
          random: new Random(`${SEED} ${lane}`),
          dataDirectory: () => join(directory, 'data'),
          kills: Math.ceil(KILLS / LANES),
          longestMs: 500,
        }),
      ),
    );
    const failed = lanes.flatMap((lane) => (lane.status === 'rejected' ? [lane.reason] : []));
    if (failed.length > 0) throw new AggregateError(failed, failed.map(String).join('\n'));
    const reports = lanes.flatMap((lane) => (lane.status === 'fulfilled' ? [lane.value] : []));
    process.stdout.write(`crash test: ${JSON.stringify(reports)}\n`);
    // Some kills must have come while the log of the catalog was moved, or shortly behind.
    if (KILLS >= 200) expect(reports.reduce((sum, { logMoved }) => sum + logMoved, 0)).toBeGreaterThan(0);
    for (const { kills, acknowledged } of reports) {
      expect(kills).toBeGreaterThanOrEqual(Math.ceil(KILLS / LANES));
      // Where nothing was acknowledged nothing was tested.
      expect(acknowledged).toBeGreaterThan(kills);
    }
  } finally {
    for (const directory of directories) await rm(directory, { recursive: true, force: true });
  }
});
