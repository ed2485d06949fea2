// The installed licence and what consumes it. Source: InstalledLicenseModel and the other models of the License section.
import Type, { type Static } from 'typebox';

export const socketWorkload = Type.Object({
  name: Type.String(),
  hostName: Type.String(),
  hostId: Type.String(),
  socketsNumber: Type.Integer(),
  coresNumber: Type.Integer(),
  /** `HyperV`, `Universal`, `Unlicensed` or `vSphere`. */
  type: Type.String(),
});
export type SocketWorkload = Static<typeof socketWorkload>;

export const instanceWorkload = Type.Object({
  name: Type.String(),
  displayName: Type.Optional(Type.String()),
  hostName: Type.String(),
  usedInstancesNumber: Type.Number(),
  type: Type.String(),
  instanceId: Type.String(),
  /** From 1.3-rev0. */
  platformType: Type.Optional(Type.String()),
  /** From 1.3-rev0, where the model requires it and the vendor's own examples leave it out. */
  canBeRevoked: Type.Optional(Type.Boolean()),
});
export type InstanceWorkload = Static<typeof instanceWorkload>;

export const capacityWorkload = Type.Object({
  name: Type.String(),
  usedCapacityTb: Type.Number(),
  /** `FileShare` or `ObjectStorage`. */
  type: Type.String(),
  instanceId: Type.String(),
});
export type CapacityWorkload = Static<typeof capacityWorkload>;
export const capacityWorkloads = Type.Object({ workloads: Type.Array(capacityWorkload) });

const socketSummary = Type.Object({
  licensedSocketsNumber: Type.Integer(),
  usedSocketsNumber: Type.Integer(),
  remainingSocketsNumber: Type.Integer(),
  workload: Type.Optional(Type.Array(socketWorkload)),
  package: Type.Optional(Type.String()),
});

const instanceSummary = Type.Object({
  licensedInstancesNumber: Type.Number(),
  usedInstancesNumber: Type.Number(),
  newInstancesNumber: Type.Number(),
  rentalInstancesNumber: Type.Number(),
  objects: Type.Optional(
    Type.Array(
      Type.Object({
        type: Type.String(),
        count: Type.Integer(),
        multiplier: Type.Number(),
        usedInstancesNumber: Type.Number(),
      }),
    ),
  ),
  workload: Type.Optional(Type.Array(instanceWorkload)),
  package: Type.Optional(Type.String()),
  promoInstancesNumber: Type.Optional(Type.Number()),
  licensedInstancesPromoIncludedNumber: Type.Optional(Type.Number()),
  promoExpiresOn: Type.Optional(Type.String()),
});

/** Of unstructured data (NAS and object storage as a source), not of the space in repositories. */
const capacitySummary = Type.Object({
  licensedCapacityTb: Type.Number(),
  usedCapacityTb: Type.Number(),
  objects: Type.Optional(Type.Array(Type.Object({ type: Type.String(), usedCapacityTb: Type.Number() }))),
  workload: Type.Optional(Type.Array(capacityWorkload)),
});

export const license = Type.Object({
  /** `Expired`, `Invalid` or `Valid`. */
  status: Type.String(),
  /** Required in 1.2-rev1 only. */
  type: Type.Optional(Type.String()),
  edition: Type.String(),
  licensedTo: Type.String(),
  cloudConnect: Type.String(),
  supportId: Type.String(),
  autoUpdateEnabled: Type.Boolean(),
  freeAgentInstanceConsumptionEnabled: Type.Boolean(),
  /** Up to 1.3-rev0; from 1.3-rev2 in the summaries. */
  expirationDate: Type.Optional(Type.String()),
  supportExpirationDate: Type.Optional(Type.String()),
  /** From 1.3-rev0. */
  IsMultiSection: Type.Optional(Type.Boolean()),
  proactiveSupportEnabled: Type.Optional(Type.Boolean()),
  socketLicenseSummary: Type.Optional(socketSummary),
  instanceLicenseSummary: Type.Optional(instanceSummary),
  capacityLicenseSummary: Type.Optional(capacitySummary),
});
export type License = Static<typeof license>;

export const licenseUpdate = Type.Object({ message: Type.String(), isSuccessful: Type.Boolean() });
export type LicenseUpdate = Static<typeof licenseUpdate>;

export const licenseRenewal = Type.Object({ renewalUrl: Type.Optional(Type.String()) });
export type LicenseRenewal = Static<typeof licenseRenewal>;
