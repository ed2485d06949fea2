// A licence of Veeam's and its workloads, for people.
import type {
  CapacityWorkload,
  InstanceWorkload,
  License,
  SocketWorkload,
} from '../veeam/vbr/schemas/license.ts';
import { oneLine } from './admin-client.ts';
import { renderTable } from './table.ts';

export function renderLicense(license: License): string {
  const { socketLicenseSummary, instanceLicenseSummary, capacityLicenseSummary } = license;
  const pairs: readonly (readonly [string, string | undefined])[] = [
    ['status', license.status],
    ['edition', license.edition],
    ['type', license.type],
    ['licensed to', license.licensedTo],
    ['support id', license.supportId],
    ['expires', license.expirationDate],
    ['support until', license.supportExpirationDate],
    ['cloud connect', license.cloudConnect],
    ['auto update', onOff(license.autoUpdateEnabled)],
    ['agents take instances', onOff(license.freeAgentInstanceConsumptionEnabled)],
    [
      'sockets',
      socketLicenseSummary &&
        `${socketLicenseSummary.usedSocketsNumber} of ${socketLicenseSummary.licensedSocketsNumber} used`,
    ],
    [
      'instances',
      instanceLicenseSummary &&
        `${instanceLicenseSummary.usedInstancesNumber} of ${instanceLicenseSummary.licensedInstancesNumber} used`,
    ],
    [
      'unstructured data',
      capacityLicenseSummary &&
        `${twoDecimals(capacityLicenseSummary.usedCapacityTb)} of ${twoDecimals(capacityLicenseSummary.licensedCapacityTb)} TB used`,
    ],
  ];
  const lines = pairs.flatMap(([label, text]) =>
    text === undefined || text === '' ? [] : [`${label.padEnd(21)}  ${oneLine(text)}`],
  );
  return `${lines.join('\n')}\n`;
}

function onOff(isOn: boolean): string {
  return isOn ? 'on' : 'off';
}

export function renderSockets(rows: readonly SocketWorkload[]): string {
  if (rows.length === 0) return 'No host consumes sockets.\n';
  return renderTable<SocketWorkload>(
    [
      { title: 'NAME', text: ({ name }) => oneLine(name) },
      { title: 'HOST', text: ({ hostName }) => oneLine(hostName) },
      { title: 'TYPE', text: ({ type }) => type },
      { title: 'SOCKETS', align: 'right', text: ({ socketsNumber }) => String(socketsNumber) },
      { title: 'CORES', align: 'right', text: ({ coresNumber }) => String(coresNumber) },
      { title: 'HOST ID', text: ({ hostId }) => hostId },
    ],
    rows,
  );
}

export function renderInstances(rows: readonly InstanceWorkload[]): string {
  if (rows.length === 0) return 'No workload consumes instances.\n';
  return renderTable<InstanceWorkload>(
    [
      { title: 'NAME', text: ({ name }) => oneLine(name) },
      { title: 'HOST', text: ({ hostName }) => oneLine(hostName) },
      { title: 'TYPE', text: ({ type }) => type },
      { title: 'INSTANCES', align: 'right', text: ({ usedInstancesNumber }) => String(usedInstancesNumber) },
      { title: 'INSTANCE ID', text: ({ instanceId }) => instanceId },
    ],
    rows,
  );
}

export function renderCapacityWorkloads(rows: readonly CapacityWorkload[]): string {
  if (rows.length === 0) return 'No unstructured data consumes the licence.\n';
  return renderTable<CapacityWorkload>(
    [
      { title: 'NAME', text: ({ name }) => oneLine(name) },
      { title: 'TYPE', text: ({ type }) => type },
      { title: 'TB', align: 'right', text: ({ usedCapacityTb }) => twoDecimals(usedCapacityTb) },
      { title: 'INSTANCE ID', text: ({ instanceId }) => instanceId },
    ],
    rows,
  );
}

/** A fresh repository holds a billionth of one. */
function twoDecimals(terabytes: number): string {
  return String(Math.round(terabytes * 100) / 100);
}
