// The power goes, again and again: everything that was only in the page cache is lost, what was acknowledged may not be.
// The disk is an ext4 on a loop device, and what is left is what had reached that device. Not tested: a power cut while the
// device is writing, and disks that lie about their cache. POWER_CUTS and CRASH_SEED change how often and with which randomness.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LoopDisk, mountMissing } from '../../support/mounted-disk.ts';
import { runLane } from './crash/lane.ts';
import { Random } from './crash/random.ts';

const CUTS = Number(process.env['POWER_CUTS'] ?? 20);
const SEED = process.env['CRASH_SEED'] ?? randomBytes(4).toString('hex');

const missing = await mountMissing('loop');
if (missing !== undefined) process.stdout.write(`power loss is not tested: ${missing}\n`);

// Without a journal one client alone: where several threads sync at the same time, Linux 6.18 loses what they synced. Found with a
// program that only writes, syncs and renames, no store in it: 9 losses in 470 rounds of six threads, none in 320 of one, none in
// 330 of six with a journal (2026-11-22).
test.skipIf(missing).each([
  ['with a journal', true, 6],
  ['without one, where only what was synced itself is there', false, 1],
])(
  `${CUTS} losses of power on a file system %s, seed ${SEED}`,
  { timeout: 15 * 60_000 },
  async (_, hasJournal, workers) => {
    process.stdout.write(`power loss: CRASH_SEED=${SEED} POWER_CUTS=${CUTS}\n`);
    await using disk = await LoopDisk.mount(768, { hasJournal });
    const report = await runLane({
      name: `power loss with seed ${SEED}`,
      random: new Random(`${SEED} ${hasJournal}`),
      dataDirectory: () => join(disk.path, 'data'),
      kills: CUTS,
      longestMs: 500,
      workers,
      afterKill: () => disk.losePower(),
    });
    process.stdout.write(`power loss: ${JSON.stringify(report)}\n`);
    expect(report.acknowledged).toBeGreaterThan(report.kills);
  },
);
