// Puts the dashboard's files, which nothing compiles, beside what was compiled: node packaging/copy-dashboard.ts [DIST].
import { cp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const FROM = join(import.meta.dirname, '../src/admin/dashboard');

/** `dist`: where the compiler wrote to. What was there of an earlier build goes. */
export async function copyDashboard(dist: string): Promise<void> {
  const to = join(dist, 'admin/dashboard');
  await rm(to, { recursive: true, force: true });
  await cp(FROM, to, { recursive: true });
}

if (import.meta.main) await copyDashboard(resolve(process.argv[2] ?? join(import.meta.dirname, '../dist')));
