// The license that a new rehearsal starts with: of no worth anywhere else, with a workload of every kind to try the calls on.
import type { License, LicenseState } from './license-state.ts';

export const LICENSED_TO = 'SOSAPI gateway rehearsal, not a Veeam license';

const YEAR_MS = 365 * 24 * 3_600_000;
const DAY_MS = 24 * 3_600_000;

/** `now` is milliseconds since 1970; the license is good for a year from then. */
export function seededLicense(now: number, newId: () => string): LicenseState {
  return {
    license: firstLicense(now, newId()),
    autoUpdateEnabled: true,
    proactiveSupportEnabled: false,
    freeAgentInstanceConsumptionEnabled: true,
    sockets: [
      {
        ...host('rehearsal-esx01.test'),
        hostId: newId(),
        socketsNumber: 2,
        coresNumber: 16,
        type: 'vSphere',
      },
      { ...host('rehearsal-hv01.test'), hostId: newId(), socketsNumber: 1, coresNumber: 8, type: 'HyperV' },
    ],
    instances: [
      {
        instanceId: newId(),
        name: 'rehearsal-vm01',
        displayName: 'VM',
        hostName: 'rehearsal-vcenter.test',
        type: 'VM',
        platformType: 'VMware',
        usedInstancesNumber: 1,
      },
      {
        instanceId: newId(),
        name: 'rehearsal-mongodb01',
        displayName: 'Application',
        hostName: 'rehearsal-replica-set',
        type: 'Application',
        platformType: 'MongoDB',
        usedInstancesNumber: 1,
      },
      {
        instanceId: newId(),
        name: 'rehearsal-agent01',
        displayName: 'Server',
        hostName: 'Standalone',
        type: 'Server',
        platformType: 'LinuxServer',
        usedInstancesNumber: 1,
      },
    ],
    revokedCapacity: [],
  };
}

function firstLicense(now: number, licenseId: string): License {
  return {
    licenseId,
    licensedTo: LICENSED_TO,
    supportId: '00000000',
    type: 'NFR',
    edition: 'EnterprisePlus',
    package: 'Backup',
    expiresAt: Math.floor((now + YEAR_MS) / DAY_MS) * DAY_MS,
    instances: 100,
    promo: undefined,
    sockets: 8,
    capacityTb: 100,
  };
}

function host(name: string) {
  return { name, hostName: name };
}
