// Changes of a config as a table for a terminal.
import type { SettingChange } from '../admin/reload-ports.ts';
import { HIDDEN } from '../config/difference-description.ts';
import { oneLine } from './admin-client.ts';
import { renderTable } from './table.ts';

/** `restart`: the paths that only a restart changes; they have a mark. */
export function renderChanges(
  changes: readonly SettingChange[],
  restart: ReadonlySet<string> = new Set(),
): string {
  return renderTable(
    [
      { title: 'SETTING', text: ({ path }) => oneLine(path) },
      { title: 'BEFORE', text: ({ before }) => textOf(before) },
      { title: 'AFTER', text: ({ before, after }) => (isSecret(before, after) ? 'changed' : textOf(after)) },
      ...(restart.size === 0
        ? []
        : [{ title: '', text: ({ path }: SettingChange) => (restart.has(path) ? 'needs a restart' : '') }]),
    ],
    changes,
  );
}

function textOf(value: string | undefined): string {
  return value === undefined ? '-' : oneLine(value);
}

function isSecret(before: string | undefined, after: string | undefined): boolean {
  return before === HIDDEN && after === HIDDEN;
}
