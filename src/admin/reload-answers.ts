// The other side of the config API: what came over the wire, read by the schemas that it was written by.
import type { Static } from 'typebox';
import Value from 'typebox/value';
import { Reload, Settings } from './reload-schemas.ts';

export type ReloadAnswer = Static<typeof Reload>;
export type SettingsAnswer = Static<typeof Settings>;

/** Undefined where it is no answer of `POST /api/reload`. */
export function readReload(value: unknown): ReloadAnswer | undefined {
  return Value.Check(Reload, value) ? value : undefined;
}

/** Undefined where it is no answer of `GET /api/config`. */
export function readSettings(value: unknown): SettingsAnswer | undefined {
  return Value.Check(Settings, value) ? value : undefined;
}
