// npm run fuzz -- --minutes 120 [--target NAME]… [--seed N] [--path P]; exit code 1 where something was found.
import { parseArgs } from 'node:util';
import { ALL_TARGETS } from './all-targets.ts';
import { runCampaign } from './campaign.ts';
import { watchForHangs } from './hang-watch.ts';

const HANG_MS = 60_000;
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    target: { type: 'string', multiple: true },
    seed: { type: 'string' },
    path: { type: 'string' },
  },
});

const names = values.target ?? ALL_TARGETS.map(({ name }) => name);
const unknown = names.find((name) => !ALL_TARGETS.some((target) => target.name === name));
const minutes = Number(values.minutes);
// Below 2^31, with room to count up from.
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 30));
if (unknown !== undefined || !(minutes > 0) || !Number.isSafeInteger(seed)) {
  process.stderr.write(
    `usage: npm run fuzz -- [--minutes N] [--target NAME]… [--seed N] [--path P]\ntargets: ${ALL_TARGETS.map(({ name }) => name).join(', ')}\n`,
  );
  process.exit(2);
}

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
const watch = watchForHangs(HANG_MS);
process.stdout.write(`${minutes} minutes from seed ${seed} on: ${names.join(', ')}\n`);
const findings = await runCampaign({
  targets: ALL_TARGETS.filter(({ name }) => names.includes(name)),
  minutes,
  seed,
  path: values.path,
  output: process.stdout,
  watch,
  stop: stop.signal,
});
await watch.close();
process.exitCode = findings === 0 ? 0 : 1;
