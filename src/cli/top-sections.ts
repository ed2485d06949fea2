// What `top` shows, each as a table: buckets, operations, entities, endpoints, refusals, and what Veeam believes.
import type { CapacityAnswer, CapacityRow } from '../admin/capacity-schemas.ts';
import type {
  BusyEntityRow,
  LiveAnswer,
  LiveEndpointRow,
  OperationLatencyRow,
  RefusalRow,
} from '../admin/live-schemas.ts';
import type { VeeamAnswer, VeeamRepositoryRow } from '../admin/veeam-schemas.ts';
import { oneLine } from './admin-client.ts';
import { stateText } from './capacity-table.ts';
import { formatBytes } from './table.ts';
import { bytesText, millisecondsText, timeText } from './top-figures.ts';
import { type Line, type Tone, type TopColumn, topTable } from './top-table.ts';

/** What three pages of the gateway say at about the same moment. The shape of `top --json`. */
export interface TopData {
  /** The answer of `GET /api/live`. */
  readonly live: LiveAnswer;
  /** Of `GET /api/capacity`. */
  readonly capacity: CapacityAnswer;
  /** Of `GET /api/veeam`. */
  readonly veeam: VeeamAnswer;
}

export interface Section {
  /** How many rows there are. */
  readonly count: number;
  /** Titles and the first rows, none wider than `width`. */
  lines(rows: number, width: number): readonly Line[];
}

/** Those that have something to show. */
export function sectionsOf({ live, capacity, veeam }: TopData): readonly Section[] {
  return [
    section(CAPACITY, [...capacity.capacities].sort(byUrgency)),
    section(OPERATIONS, live.latency.operations),
    section(ENDPOINTS, [...live.endpoints].sort(byState)),
    section(ENTITIES, live.entities),
    section(
      VEEAM,
      veeam.repositories.filter(({ differenceBytes = '0' }) => differenceBytes !== '0'),
    ),
    section(REFUSALS, live.refusals),
  ].filter(({ count }) => count > 0);
}

function section<Row>(columns: readonly TopColumn<Row>[], rows: readonly Row[]): Section {
  return {
    count: rows.length,
    lines(shown, width) {
      const [first, ...others] = columns;
      // The title says what else there is.
      const title =
        first === undefined || shown >= rows.length
          ? first
          : { ...first, title: `${first.title} ${shown} of ${rows.length}` };
      return topTable(title === undefined ? [] : [title, ...others], rows.slice(0, shown), width);
    },
  };
}

const DAYS_BAD = 7;
const DAYS_WARN = 30;

const CAPACITY: readonly TopColumn<CapacityRow>[] = [
  { title: 'BUCKET', least: 12, text: ({ bucket }) => bucket },
  { title: 'BACKEND', least: 6, goes: 3, text: ({ backend }) => backend },
  { title: 'CAPACITY', align: 'right', goes: 2, text: (row) => sizeText(row.capacityBytes) },
  { title: 'USED', align: 'right', goes: 1, text: (row) => sizeText(row.usedBytes) },
  { title: 'AVAILABLE', align: 'right', text: (row) => sizeText(row.availableBytes) },
  {
    title: 'FULL IN',
    align: 'right',
    text: ({ forecast }) => daysText(forecast?.daysUntilFull),
    tone: ({ forecast }) => daysTone(forecast?.daysUntilFull),
  },
  {
    title: 'STATE',
    text: stateText,
    tone: (row) => (stateText(row) === 'ok' ? undefined : 'bad'),
  },
];

const OPERATIONS: readonly TopColumn<OperationLatencyRow>[] = [
  { title: 'OPERATION', least: 16, text: ({ operation }) => operation },
  { title: 'REQUESTS', align: 'right', text: ({ requests }) => String(requests) },
  {
    title: 'ERRORS',
    align: 'right',
    text: ({ errors }) => String(errors),
    tone: ({ errors }) => (errors > 0 ? 'bad' : undefined),
  },
  { title: 'P50', align: 'right', text: ({ p50Ms }) => millisecondsText(p50Ms) },
  { title: 'P90', align: 'right', goes: 3, text: ({ p90Ms }) => millisecondsText(p90Ms) },
  { title: 'P99', align: 'right', text: ({ p99Ms }) => millisecondsText(p99Ms) },
  { title: 'MAX', align: 'right', goes: 2, text: ({ maxMs }) => millisecondsText(maxMs) },
  { title: 'FIRST BYTE P50', align: 'right', goes: 5, text: (row) => firstByteText(row.firstByteP50Ms) },
  { title: 'FIRST BYTE P99', align: 'right', goes: 4, text: (row) => firstByteText(row.firstByteP99Ms) },
];

const ENTITIES: readonly TopColumn<BusyEntityRow>[] = [
  {
    title: 'BUSIEST ENTITY',
    least: 26,
    cut: 'start',
    text: ({ entity }) => entityText(entity),
    short: ({ entity }) => shortEntity(entity),
  },
  { title: 'BUCKET', least: 8, goes: 2, text: ({ bucket }) => oneLine(bucket) },
  { title: 'REQUESTS', align: 'right', goes: 1, text: ({ requests }) => String(requests) },
  { title: 'IN', align: 'right', text: ({ requestBytes }) => bytesText(requestBytes) },
  { title: 'OUT', align: 'right', text: ({ responseBytes }) => bytesText(responseBytes) },
];

const ENDPOINT_TONES: Readonly<Record<LiveEndpointRow['state'], Tone | undefined>> = {
  ejected: 'bad',
  trial: 'warn',
  drained: 'warn',
  warming: undefined,
  working: undefined,
};

const ENDPOINTS: readonly TopColumn<LiveEndpointRow>[] = [
  { title: 'ENDPOINT', least: 15, text: ({ endpoint }) => endpoint },
  { title: 'BACKEND', least: 6, goes: 2, text: ({ backend }) => backend },
  { title: 'STATE', text: ({ state }) => state, tone: ({ state }) => ENDPOINT_TONES[state] },
  { title: 'IN FLIGHT', align: 'right', text: ({ inFlight }) => String(inFlight) },
  { title: 'WAITING', align: 'right', goes: 1, text: ({ waiting }) => String(waiting) },
  {
    title: 'REASON',
    least: 10,
    goes: 3,
    text: ({ reason, until }) =>
      [
        ...(reason === undefined ? [] : [oneLine(reason)]),
        ...(until === undefined ? [] : [`until ${timeText(until)}`]),
      ].join(', '),
  },
];

const REFUSALS: readonly TopColumn<RefusalRow>[] = [
  { title: 'REFUSED', text: ({ at }) => timeText(at) },
  { title: 'WHO', least: 9, text: ({ accessKeyId, remote }) => oneLine(accessKeyId ?? remote) },
  { title: 'OPERATION', least: 9, goes: 2, text: ({ operation }) => operation },
  { title: 'BUCKET', least: 6, goes: 1, text: ({ bucket }) => oneLine(bucket) },
  { title: 'CODE', least: 8, text: ({ code, status }) => code || String(status) },
  { title: 'REASON', least: 16, text: ({ reason }) => oneLine(reason) },
];

const VEEAM: readonly TopColumn<VeeamRepositoryRow>[] = [
  { title: 'VEEAM REPOSITORY', least: 16, text: ({ name }) => oneLine(name) },
  { title: 'BUCKET', least: 8, goes: 1, text: ({ bucket }) => oneLine(bucket) },
  { title: 'GATEWAY FREE', align: 'right', text: ({ gateway }) => sizeText(gateway?.availableBytes) },
  { title: 'VBR FREE', align: 'right', text: ({ vbr }) => sizeText(vbr?.availableBytes) },
  { title: 'ONE FREE', align: 'right', goes: 2, text: ({ one }) => sizeText(one?.availableBytes) },
  { title: 'DIFFERENCE', align: 'right', tone: () => 'warn', text: (row) => sizeText(row.differenceBytes) },
];

/** What is wrong first, then what is full first. */
function byUrgency(one: CapacityRow, other: CapacityRow): number {
  const wrong = (row: CapacityRow): number => (stateText(row) === 'ok' ? 1 : 0);
  const days = ({ forecast }: CapacityRow): number => forecast?.daysUntilFull ?? Number.MAX_VALUE;
  return wrong(one) - wrong(other) || days(one) - days(other);
}

/** What does not work first. */
function byState(one: LiveEndpointRow, other: LiveEndpointRow): number {
  const order = Object.keys(ENDPOINT_TONES);
  return order.indexOf(one.state) - order.indexOf(other.state);
}

function sizeText(digits: string | undefined): string {
  return digits === undefined ? '-' : formatBytes(BigInt(digits));
}

function daysText(days: number | undefined): string {
  if (days === undefined) return '-';
  return days < 1 ? '< 1 d' : `${Math.floor(days)} d`;
}

function daysTone(days: number | undefined): Tone | undefined {
  if (days === undefined || days >= DAYS_WARN) return undefined;
  return days < DAYS_BAD ? 'bad' : 'warn';
}

function firstByteText(ms: number | undefined): string {
  return ms === undefined ? '-' : millisecondsText(ms);
}

function entityText(entity: string): string {
  return entity === '' ? '(other keys)' : oneLine(entity).replace(/\/$/, '');
}

/** Its last two parts, which are its own, and of a GUID the part that tells it from others. */
function shortEntity(entity: string): string {
  return entityText(entity)
    .split('/')
    .slice(-2)
    .map((part) => part.replace(/^\{?([0-9a-f]{8})-[0-9a-f-]{27}\}?$/i, '{$1…}'))
    .join('/');
}
