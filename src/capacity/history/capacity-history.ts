// The numbers of every bucket over time, in a SQLite file of bounded size: a row a minute for two days, then one an hour.
import { openStateDatabase } from '../state-database.ts';
import { type Forecast, forecastOf, TREND_SPAN_MS, type Trend, trendOf } from './forecast.ts';
import { HISTORY_SCHEMA, HISTORY_VERSION, HistoryTables } from './history-tables.ts';
import type { HistoryPoint, HistorySample } from './sample.ts';
import { HOUR_MS, MINUTE_MS, tendSeries } from './tend-series.ts';

export interface CapacityHistoryOptions {
  /** Its file, or undefined for one in memory. */
  readonly path: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Rows older than this go: 400 days unless given. */
  readonly keepMs?: number;
  /** Buckets with a history: 1,000 unless given. One more takes the place of one without a sample for a day, if any. */
  readonly maxSeries?: number;
  /** How long samples wait to be written together: 5 s unless given. */
  readonly flushMs?: number;
  /** Told in one sentence that a broken file was set aside. */
  onSetAside(message: string): void;
  /** Told why samples could not be written; they are lost. Once, until it goes well again. */
  onFailed(error: unknown): void;
}

export interface HistoryQuery {
  readonly bucket?: string;
  readonly backend?: string;
  /** Milliseconds since 1970: from inclusive, to exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  /** At most one point in so many milliseconds; made longer where the answer would be too large. */
  readonly stepMs?: number;
}

export interface HistorySeries {
  readonly backend: string;
  readonly bucket: string;
  readonly points: readonly HistoryPoint[];
}

export interface HistoryAnswer {
  /** The step that was used. */
  readonly stepMs: number;
  readonly series: readonly HistorySeries[];
}

export interface CapacityHistory {
  /** Costs a map entry; the write comes later. Of one minute the latest sample stays. */
  add(sample: HistorySample): void;
  read(query: HistoryQuery): HistoryAnswer;
  forecast(backend: string, bucket: string): Forecast;
  /** Writes what waits and closes the file; from then on nothing is known. */
  close(): void;
}

const DAY_MS = 24 * HOUR_MS;
/** Points of one bucket, and of all, in one answer. */
const MAX_POINTS = 2_000;
const MAX_POINTS_OF_ALL = 20_000;
/** Buckets tended at each write: all thousand in a few minutes, none for long. */
const TENDED_AT_A_TIME = 20;

interface Series {
  readonly id: bigint;
  readonly backend: string;
  readonly bucket: string;
  rolledHour: number;
  latest: HistoryPoint | undefined;
  waiting: Map<number, HistoryPoint>;
  /** Made anew when another hour is rolled up. */
  kept?: { readonly rolledHour: number; readonly trend: Trend | undefined };
}

/** Throws where its file can neither be opened nor replaced. */
export function createCapacityHistory(options: CapacityHistoryOptions): CapacityHistory {
  const { path, now, keepMs = 400 * DAY_MS, maxSeries = 1_000, flushMs = 5_000, onSetAside } = options;
  const schema = HISTORY_SCHEMA;
  const database = openStateDatabase({ path, schema, version: HISTORY_VERSION, onSetAside });
  const tables = new HistoryTables(database);
  const all = new Map<string, Series>();
  const leaving: bigint[] = [];
  for (const { id, backend, bucket, rolledHour } of tables.allSeries()) {
    if (backend === undefined || bucket === undefined) leaving.push(id);
    else {
      const latest = tables.latest(id);
      all.set(nameOf(backend, bucket), { id, backend, bucket, rolledHour, latest, waiting: new Map() });
    }
  }
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let isFailing = false;

  /** Whether it went well. */
  function attempt(work: () => void): boolean {
    try {
      work();
      isFailing = false;
    } catch (error) {
      if (!isFailing) options.onFailed(error);
      isFailing = true;
    }
    return !isFailing;
  }

  /** Undefined where there is no room for another. */
  function seriesOf(backend: string, bucket: string): Series | undefined {
    const name = nameOf(backend, bucket);
    if (!all.has(name)) attempt(() => begin(name, backend, bucket));
    return all.get(name);
  }

  function begin(name: string, backend: string, bucket: string): void {
    if (all.size >= maxSeries && !makeRoom()) return;
    const id = tables.addSeries(backend, bucket);
    all.set(name, { id, backend, bucket, rolledHour: 0, latest: undefined, waiting: new Map() });
  }

  /** Only one at a time is on its way out, so that what is kept stays bounded. */
  function makeRoom(): boolean {
    let oldest: Series | undefined;
    for (const series of all.values()) if (latestMs(series) < latestMs(oldest)) oldest = series;
    if (oldest === undefined || leaving.length > 0 || now() - latestMs(oldest) < DAY_MS) return false;
    forget(oldest);
    return true;
  }

  function forget({ id, backend, bucket }: Series): void {
    tables.forgetName(id);
    all.delete(nameOf(backend, bucket));
    leaving.push(id);
  }

  function write(): void {
    const waiting = [...all.values()].filter((series) => series.waiting.size > 0);
    if (waiting.length === 0) return;
    attempt(() =>
      tables.transaction(() => {
        for (const { id, waiting: points } of waiting) {
          for (const [minute, point] of points) tables.put('minutes', id, minute, point);
        }
      }),
    );
    for (const series of waiting) series.waiting = new Map();
  }

  function tend(): void {
    const line = [...all].slice(0, TENDED_AT_A_TIME);
    const [first] = leaving;
    const rolled = new Map<Series, number>();
    let isGone = false;
    tables.transaction(() => {
      for (const [, series] of line) {
        const { id, rolledHour } = series;
        rolled.set(series, tendSeries(tables, id, rolledHour, { nowMs: now(), keepMs }));
      }
      isGone = first !== undefined && tables.leave(first);
    });
    if (isGone) leaving.shift();
    for (const [series, hour] of rolled) series.rolledHour = hour;
    for (const [name, series] of line) {
      // To the end of the line.
      all.delete(name);
      all.set(name, series);
      if (now() - latestMs(series) > keepMs) forget(series);
    }
  }

  function later(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      write();
      if (!isFailing) attempt(tend);
    }, flushMs).unref();
  }

  function trendNow(series: Series): Trend | undefined {
    const { id, rolledHour } = series;
    if (series.kept?.rolledHour !== rolledHour) {
      const hourNow = Math.floor(now() / HOUR_MS);
      const hourly = tables.between('hours', id, hourNow - TREND_SPAN_MS / HOUR_MS, hourNow);
      series.kept = { rolledHour, trend: trendOf(hourly, now()) };
    }
    return series.kept.trend;
  }

  return {
    add({ backend, bucket, ...point }) {
      if (isClosed) return;
      const series = seriesOf(backend, bucket);
      if (series === undefined) return;
      series.waiting.set(Math.floor(point.atMs / MINUTE_MS), point);
      if (point.atMs >= latestMs(series)) series.latest = point;
      later();
    },

    read({ bucket, backend, fromMs, toMs, stepMs = MINUTE_MS }) {
      if (isClosed) return { stepMs, series: [] };
      write();
      const wanted = [...all.values()]
        .filter((each) => bucket === undefined || each.bucket === bucket)
        .filter((each) => backend === undefined || each.backend === backend)
        .sort((a, b) => (nameOf(a.backend, a.bucket) < nameOf(b.backend, b.bucket) ? -1 : 1));
      const most = Math.min(MAX_POINTS, Math.max(1, Math.floor(MAX_POINTS_OF_ALL / wanted.length)));
      const step = Math.max(stepMs, Math.ceil((toMs - fromMs) / most / 1000) * 1000);
      const series = wanted.map((each) => ({
        backend: each.backend,
        bucket: each.bucket,
        points: tables.stepped(each.id, fromMs, toMs, step),
      }));
      return { stepMs: step, series };
    },

    forecast(backend, bucket) {
      const series = isClosed ? undefined : all.get(nameOf(backend, bucket));
      return forecastOf(series && trendNow(series), series?.latest, now());
    },

    close() {
      if (isClosed) return;
      isClosed = true;
      clearTimeout(timer);
      write();
      database.close();
    },
  };
}

function nameOf(backend: string, bucket: string): string {
  return JSON.stringify([backend, bucket]);
}

/** Of none: later than any. */
function latestMs(series: Series | undefined): number {
  return series === undefined ? Number.POSITIVE_INFINITY : (series.latest?.atMs ?? 0);
}
