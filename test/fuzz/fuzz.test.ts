// A bounded set of what `npm run fuzz` runs for hours: the same properties, with a fixed seed.
import { expect, test } from 'vitest';
import { ALL_TARGETS } from './all-targets.ts';

const SEED = 20_261_121;
/** A few seconds each; more where many tests share the machine. */
const PATIENCE = { timeout: 180_000 };

for (const target of ALL_TARGETS) {
  const isMissing = !(await target.available());
  for (const name of target.past) {
    test.skipIf(isMissing)(`found once by ${target.name}: ${name}`, async () => {
      await using open = await target.open();
      await open.checkPast(name);
    });
  }
  test.skipIf(isMissing)(`fuzzing finds nothing: ${target.name}`, PATIENCE, async () => {
    await using open = await target.open();
    const { finding } = await open.run({ seed: SEED, runs: target.suiteRuns });
    expect(finding).toBeUndefined();
    // A property whose cases never get to its point would find nothing either.
    for (const [what, count] of Object.entries(target.atLeast)) {
      expect(open.tally.get(what), what).toBeGreaterThanOrEqual(count);
    }
  });
}
