// A process to be killed: writes into a catalog as fast as it can and says on its standard output what is durable.
import { writeSync } from 'node:fs';
import { openDatabase } from '../../../../src/store/database/open-database.ts';
import { bodyFile, newVersion } from './new-rows.ts';

const [file = ''] = process.argv.slice(2);
const { catalog } = await openDatabase({
  file,
  onGivenUp: () => {},
  onLog: () => {},
  // Small bounds, so that the log is moved many times and starts again in the middle.
  checkpoints: { checkpointFromFrames: 20, holdBackFromFrames: 60 },
});
const bucket = await catalog.write(
  ({ buckets }) =>
    buckets.find('b') ?? buckets.insert({ name: 'b', createdMs: 1, versioning: 'enabled', objectLock: true }),
);
let nextFile = catalog.files.highestId() + 1;

/** Before anything else can happen: a line that is out was durable. */
function say(line: string): void {
  for (;;) {
    try {
      writeSync(1, line);
      return;
    } catch (error) {
      // The reader is behind. A line is short enough for the pipe to take it whole or not at all.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}

async function writeForEver(writer: number): Promise<never> {
  for (let round = 0; ; round++) {
    const key = `${writer}/${round % 7}`;
    const row = await catalog.write(({ versions }) => {
      const content =
        round % 2 === 0
          ? ({ kind: 'files', files: [bodyFile(nextFile++, 1_000), bodyFile(nextFile++, 200_000)] } as const)
          : ({ kind: 'inline', data: Buffer.alloc(5_000, round), crc32: round } as const);
      return versions.insert(
        newVersion({ bucketId: bucket.id, key, size: round % 2 === 0 ? 201_000 : 5_000, content }),
        round % 3 === 0,
      );
    });
    say(`+ ${row.id} ${key} ${row.versionId}\n`);
    if (round % 5 !== 4) continue;
    say(`? ${row.id}\n`);
    await catalog.write(({ versions }) => {
      const found = versions.byVersionId(bucket.id, key, row.versionId);
      if (found?.id === row.id) versions.remove(found);
    });
    say(`- ${row.id}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, (_, writer) => writeForEver(writer)));
