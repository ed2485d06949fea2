// What keeps the history of one bucket small: a finished hour becomes one row, and what is too old goes.
import type { HistoryTables } from './history-tables.ts';
import { medianPoint } from './sample.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
/** So long there is a row a minute. */
const MINUTES_KEPT_MS = 48 * HOUR_MS;
/** After days without the gateway there is a backlog: so many hours of it are dealt with at a time. */
const HOURS_AT_A_TIME = 4;

/** Does a bounded part of the work; gives the hour before which all hours are rolled up now. */
export function tendSeries(
  tables: HistoryTables,
  id: bigint,
  rolledHour: number,
  { nowMs, keepMs }: { readonly nowMs: number; readonly keepMs: number },
): number {
  const hourNow = Math.floor(nowMs / HOUR_MS);
  // A clock that was ahead must not stop it for as long.
  let rolled = Math.min(rolledHour, hourNow);
  for (let count = 0; count < HOURS_AT_A_TIME; count += 1) {
    const next = tables.firstSlot('minutes', id, rolled * 60);
    const hour = next === undefined ? hourNow : Math.floor(next / 60);
    if (hour >= hourNow) break;
    const middle = medianPoint(tables.between('minutes', id, hour * 60, (hour + 1) * 60));
    if (middle !== undefined) tables.put('hours', id, hour, middle);
    rolled = hour + 1;
  }
  if (rolled !== rolledHour) tables.setRolled(id, rolled);

  for (let count = 0; count < HOURS_AT_A_TIME; count += 1) {
    const oldest = tables.firstSlot('minutes', id, 0);
    if (oldest === undefined) break;
    // A whole hour at a time, and only one that is rolled up: either its minutes are shown or its row is.
    const hour = Math.floor(oldest / 60);
    if (hour >= rolled || (hour + 1) * HOUR_MS > nowMs - MINUTES_KEPT_MS) break;
    tables.removeBefore('minutes', id, (hour + 1) * 60);
  }
  const firstHour = tables.firstSlot('hours', id, 0);
  const tooOld = Math.floor((nowMs - keepMs) / HOUR_MS);
  if (firstHour !== undefined && firstHour < tooOld) {
    tables.removeBefore('hours', id, Math.min(firstHour + 2 * 24, tooOld));
  }
  return rolled;
}
