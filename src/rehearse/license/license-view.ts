// The license as a revision of the API answers it.
import { BYTES_PER_TB } from '../../veeam/sizes.ts';
import type { CapacityUser, InstanceWorkload, LicenseState } from './license-state.ts';

/** What an edition without a license grants. */
const COMMUNITY_INSTANCES = 10;

const OBJECT_NAMES = {
  VM: 'Virtual Machines',
  Application: 'Applications',
  Server: 'Servers',
  Workstation: 'Workstations',
} as const;

/** `users` are what the repositories consume now; `now` is milliseconds since 1970; `revision` is for example `1.3-rev0`. */
export function viewLicense(
  state: LicenseState,
  users: readonly CapacityUser[],
  now: number,
  revision: string,
) {
  const { license } = state;
  const isCommunity = license === undefined;
  const dates = datesOf(state);
  const isMultiSection = license?.instances !== undefined && license.sockets !== undefined;
  return {
    status: !isCommunity && license.expiresAt <= now ? 'Expired' : 'Valid',
    type: license?.type ?? 'Free',
    edition: license?.edition ?? 'Community',
    licensedTo: license?.licensedTo ?? '',
    supportId: license?.supportId ?? '',
    ...(hasSectionDates(revision) ? {} : dates),
    ...socketSection(state, revision),
    ...instanceSection(state, revision),
    ...capacitySection(state, users),
    autoUpdateEnabled: state.autoUpdateEnabled,
    freeAgentInstanceConsumptionEnabled: state.freeAgentInstanceConsumptionEnabled,
    cloudConnect: 'Disabled',
    ...(isBefore13(revision)
      ? {}
      : { IsMultiSection: isMultiSection, proactiveSupportEnabled: state.proactiveSupportEnabled }),
  };
}

export function viewInstance(workload: InstanceWorkload, revision: string) {
  const { name, hostName, usedInstancesNumber, type, instanceId, displayName, platformType } = workload;
  const plain = { name, hostName, usedInstancesNumber, type, instanceId };
  return isBefore13(revision)
    ? plain
    : { platformType, displayName, ...plain, canBeRevoked: usedInstancesNumber > 0 };
}

/** TB of 2^40 bytes, as a decimal that JSON can hold. */
export function viewCapacity({ name, usedBytes, repositoryId }: CapacityUser) {
  return {
    name,
    usedCapacityTb: Number(usedBytes) / Number(BYTES_PER_TB),
    type: 'ObjectStorage',
    instanceId: repositoryId,
  };
}

function socketSection({ license, sockets }: LicenseState, revision: string) {
  if (license?.sockets === undefined) return {};
  const used = sockets.reduce((sum, { socketsNumber }) => sum + socketsNumber, 0);
  return {
    socketLicenseSummary: {
      package: license.package,
      licensedSocketsNumber: license.sockets,
      usedSocketsNumber: used,
      remainingSocketsNumber: Math.max(0, license.sockets - used),
      workload: sockets,
      ...(hasSectionDates(revision) ? datesOf({ license }) : {}),
    },
  };
}

function instanceSection({ license, instances }: LicenseState, revision: string) {
  const licensed = license === undefined ? COMMUNITY_INSTANCES : license.instances;
  if (licensed === undefined) return {};
  const promo = license?.promo;
  return {
    instanceLicenseSummary: {
      ...(license === undefined ? {} : { package: license.package }),
      licensedInstancesNumber: licensed,
      usedInstancesNumber: total(instances),
      newInstancesNumber: 0,
      rentalInstancesNumber: 0,
      objects: objectsOf(instances),
      workload: instances.map((one) => viewInstance(one, revision)),
      ...(promo === undefined
        ? {}
        : {
            promoInstancesNumber: promo.instances,
            licensedInstancesPromoIncludedNumber: licensed + promo.instances,
            promoExpiresOn: iso(promo.expiresAt),
          }),
      ...(hasSectionDates(revision) ? datesOf({ license }) : {}),
    },
  };
}

function capacitySection({ license }: LicenseState, users: readonly CapacityUser[]) {
  if (license?.capacityTb === undefined) return {};
  const workload = users.map(viewCapacity);
  const usedCapacityTb = workload.reduce((sum, one) => sum + one.usedCapacityTb, 0);
  return {
    capacityLicenseSummary: {
      licensedCapacityTb: license.capacityTb,
      usedCapacityTb,
      objects: workload.length === 0 ? [] : [{ type: 'ObjectStorage', usedCapacityTb }],
      workload,
    },
  };
}

function objectsOf(instances: readonly InstanceWorkload[]) {
  const types = Object.keys(OBJECT_NAMES) as readonly (keyof typeof OBJECT_NAMES)[];
  return types.flatMap((type) => {
    const licensed = instances.filter((one) => one.type === type && one.usedInstancesNumber > 0);
    const [first] = licensed;
    if (first === undefined) return [];
    return [
      {
        type: OBJECT_NAMES[type],
        count: licensed.length,
        multiplier: first.usedInstancesNumber,
        usedInstancesNumber: total(licensed),
      },
    ];
  });
}

function datesOf({ license }: Pick<LicenseState, 'license'>) {
  if (license === undefined) return {};
  return { expirationDate: iso(license.expiresAt), supportExpirationDate: iso(license.expiresAt) };
}

// Thirds of an instance do not add up in binary: two digits are what is licensed by.
function total(instances: readonly InstanceWorkload[]): number {
  return Math.round(instances.reduce((sum, one) => sum + one.usedInstancesNumber, 0) * 100) / 100;
}

function isBefore13(revision: string): boolean {
  return revision < '1.3';
}

/** From 1.3-rev2 on the dates are of each section and no longer of the whole license (OpenAPI documents). */
function hasSectionDates(revision: string): boolean {
  return revision >= '1.3-rev2';
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
