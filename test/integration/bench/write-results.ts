// Runs the whole bench against each subject and writes docs/bench-results.md (`npm run bench:results`, some 20 minutes).
// A directory as the argument keeps the reports there, and what is there already is not run again.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { readReport } from '../../../src/bench/report/json-report.ts';
import type { BenchReport } from '../../../src/bench/report/report.ts';
import { run } from '../../support/owned-process.ts';
import { sdk } from '../../support/s3-clients.ts';
import { renderResultsPage } from './results-page.ts';
import { SUBJECT_IDS, type Subject, type SubjectId, withSubject } from './results-subjects.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;
const PAGE = join(ROOT, 'docs/bench-results.md');

const BUCKET = 'bench';

async function makeBucket(subject: Subject): Promise<void> {
  const client = sdk({ endpoint: subject.endpoint, credentials: subject });
  await client.send(new CreateBucketCommand({ Bucket: BUCKET, ObjectLockEnabledForBucket: true }));
  client.destroy();
}

async function runBench(subject: Subject, directory: string): Promise<void> {
  await makeBucket(subject);
  const words = ['bench', 'run', '--endpoint', subject.endpoint, '--bucket', BUCKET, '--report', directory];
  const child = spawn(
    process.execPath,
    ['src/cli/main.ts', ...words, '--profile', 'full', '--make-buckets'],
    {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        AWS_ACCESS_KEY_ID: subject.accessKeyId,
        AWS_SECRET_ACCESS_KEY: subject.secretAccessKey,
      },
    },
  );
  const [code] = await once(child, 'exit');
  // 1: something would break Veeam, which is what the page is for.
  if (code !== 0 && code !== 1) throw new Error(`the bench ended with ${code}`);
}

async function reportOf(id: SubjectId, directory: string): Promise<BenchReport> {
  const own = join(directory, id);
  const file = join(own, 'report.json');
  if (!existsSync(file)) {
    process.stdout.write(`\n# ${id}\n`);
    mkdirSync(own, { recursive: true });
    await withSubject(id, (subject) => runBench(subject, own));
  }
  return readReport(readFileSync(file, 'utf8'), file);
}

async function versions(): Promise<readonly string[]> {
  const ceph = /version (\S+)/.exec(await run('ceph', ['--version']))?.[1] ?? 'of an unknown version';
  return [`Ceph ${ceph}`, 'MinIO at 7aac2a2 of 2026-02-12 with its scanner at its fastest'];
}

const [given] = process.argv.slice(2);
const directory = given === undefined ? mkdtempSync(join(tmpdir(), 'bench-results-')) : resolve(given);
const reports = new Map<SubjectId, BenchReport>();
for (const id of SUBJECT_IDS) reports.set(id, await reportOf(id, directory));
writeFileSync(PAGE, renderResultsPage(reports, { versions: await versions() }));
process.stdout.write(`\ndocs/bench-results.md is written; the reports are in ${directory}\n`);
