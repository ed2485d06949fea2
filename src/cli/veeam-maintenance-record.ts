// What `veeam maintenance on` changed, kept beside the gateway's own state so that `off` can restore exactly that.
import { mkdirSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { isHeldByAnother, takeLock } from '../serve/exclusive-lock.ts';

export type MaintenanceMode = 'Maintenance' | 'Sealed';

/** Extents of one scale-out repository that were not in that mode before. */
export interface ModeChange {
  /** `https://HOST:PORT` of the Veeam server. */
  readonly server: string;
  readonly backend: string;
  readonly mode: MaintenanceMode;
  readonly scaleOutId: string;
  readonly scaleOutName: string;
  /** Never empty. */
  readonly extents: readonly RecordedExtent[];
  /** ISO 8601, UTC. */
  readonly at: string;
}

export interface RecordedExtent {
  /** Of the repository. */
  readonly id: string;
  readonly name: string;
}

/** One process has it; its owner closes it. */
export interface MaintenanceRecord {
  /** For messages. */
  readonly file: string;
  changes(): readonly ModeChange[];
  /** Whole or not at all, and durably. */
  replace(changes: readonly ModeChange[]): Promise<void>;
  close(): void;
}

const FILE = 'veeam-maintenance.json';
const VERSION = 1;
const OWNER_ONLY = 0o600;

/** Rejects with a sentence where another process has it or where it cannot be read. */
export async function openMaintenanceRecord(directory: string): Promise<MaintenanceRecord> {
  const lock = lockIn(directory);
  const file = join(directory, FILE);
  try {
    let changes = await readChanges(file);
    return {
      file,
      changes: () => changes,
      async replace(next) {
        await write(directory, file, next);
        changes = next;
      },
      close: () => lock.close(),
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}

function lockIn(directory: string): DatabaseSync {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return takeLock(join(directory, 'veeam-maintenance.lock'));
  } catch (error) {
    const why = isHeldByAnother(error) ? 'another "veeam maintenance" is at work' : (error as Error).message;
    throw new Error(
      `stateDirectory ${directory} cannot be used to write down what is changed: ${why}; nothing was changed.`,
      { cause: error },
    );
  }
}

async function readChanges(file: string): Promise<readonly ModeChange[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    throw new Error(`${file} cannot be read: ${message}; nothing was changed.`, { cause: error });
  }
  const found = parsed(text);
  if (found === undefined) {
    throw new Error(
      `${file} is not what "veeam maintenance" wrote: end in Veeam what it may have begun, and remove the file; nothing was changed.`,
    );
  }
  return found;
}

/** Undefined where it is anything but what `write` writes. */
function parsed(text: string): readonly ModeChange[] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(json) || json['version'] !== VERSION) return undefined;
  const { changes } = json as { readonly changes?: unknown };
  return Array.isArray(changes) && changes.every(isModeChange) ? changes : undefined;
}

function isModeChange(value: unknown): value is ModeChange {
  if (!isRecord(value)) return false;
  const { mode, extents } = value as { readonly mode?: unknown; readonly extents?: unknown };
  const texts = ['server', 'backend', 'scaleOutId', 'scaleOutName', 'at'];
  return (
    texts.every((name) => typeof value[name] === 'string') &&
    (mode === 'Maintenance' || mode === 'Sealed') &&
    Array.isArray(extents) &&
    extents.length > 0 &&
    extents.every(
      (each: unknown) => isRecord(each) && typeof each['id'] === 'string' && typeof each['name'] === 'string',
    )
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Durable before it takes the place of the one before: what is not written down cannot be restored. */
async function write(directory: string, file: string, changes: readonly ModeChange[]): Promise<void> {
  const fresh = `${file}.new`;
  try {
    const handle = await open(fresh, 'w', OWNER_ONLY);
    try {
      await handle.writeFile(`${JSON.stringify({ version: VERSION, changes }, undefined, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fresh, file);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
  const folder = await open(directory, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
