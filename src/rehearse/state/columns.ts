// Values out of SQLite with their types: what another program wrote into the file is an error that names the column.
import type { SQLOutputValue } from 'node:sqlite';

type Row = Readonly<Record<string, SQLOutputValue>>;

export function textOf(row: Row, name: string): string {
  const value = row[name];
  if (typeof value !== 'string') throw new TypeError(`The column ${name} holds no text.`);
  return value;
}

export function numberOf(row: Row, name: string): number {
  const value = row[name];
  if (typeof value !== 'number') throw new TypeError(`The column ${name} holds no number.`);
  return value;
}

export function optionalText(row: Row, name: string): string | undefined {
  return row[name] === null ? undefined : textOf(row, name);
}

export function optionalNumber(row: Row, name: string): number | undefined {
  return row[name] === null ? undefined : numberOf(row, name);
}
