// Requests and answers of the license section, for checking the former and for the pages of the API.
import { Type } from 'typebox';
import { listQuery } from '../http/list-answer.ts';
import { REPORT_FORMATS } from './license-report.ts';
import { ROLES, SOCKET_TYPES } from './license-state.ts';

export const SOCKET_COLUMNS = ['Name', 'HostName', 'HostId', 'SocketsNumber', 'CoresNumber', 'Type'] as const;
export const INSTANCE_COLUMNS = ['Name', 'HostName', 'UsedInstancesNumber', 'Type', 'InstanceId'] as const;

const Count = Type.Integer({ minimum: 0 });
const Uuid = Type.String({ format: 'uuid' });

export const InstallSpec = Type.Object({
  license: Type.String({ description: 'Base64 of a license file of this rehearsal' }),
  forceStandaloneMode: Type.Optional(Type.Boolean()),
  promo: Type.Optional(
    Type.Object({
      overwriteExisting: Type.Optional(Type.Boolean()),
      enableAutoUpdate: Type.Optional(Type.Boolean()),
      installWithoutPromo: Type.Optional(Type.Boolean()),
    }),
  ),
});

export const RemoveSpec = Type.Object({
  forceStandaloneMode: Type.Optional(Type.Boolean()),
  section: Type.Optional(Type.Enum(['All', 'Instance', 'Socket'])),
});

export const RenewSpec = Type.Object({ forceStandaloneMode: Type.Optional(Type.Boolean()) });
export const ReportSpec = Type.Object({ reportFormat: Type.Enum(REPORT_FORMATS) });
export const AssignSpec = Type.Object({ role: Type.Enum(ROLES) });
export const AgentConsumptionSpec = Type.Object({ enabled: Type.Boolean() });

export const AutoUpdateSpec = Type.Object({
  enabled: Type.Boolean(),
  proactiveSupportEnabled: Type.Optional(Type.Boolean()),
});

export const HostIdPath = Type.Object({ hostId: Uuid });
export const InstanceIdPath = Type.Object({ instanceId: Uuid });

export const SocketQuery = Type.Object({
  ...listQuery(SOCKET_COLUMNS),
  hostNameFilter: Type.Optional(Type.String()),
  hostIdFilter: Type.Optional(Uuid),
  socketsNumberFilter: Type.Optional(Type.Integer()),
  coresNumberFilter: Type.Optional(Type.Integer()),
  typeFilter: Type.Optional(Type.Enum(SOCKET_TYPES)),
});

export const InstanceQuery = Type.Object({
  ...listQuery(INSTANCE_COLUMNS),
  hostNameFilter: Type.Optional(Type.String()),
  usedInstancesNumberFilter: Type.Optional(Type.Number()),
  typeFilter: Type.Optional(Type.String()),
  instanceIdFilter: Type.Optional(Uuid),
});

export const SocketWorkloadAnswer = Type.Object({
  name: Type.String(),
  hostName: Type.String(),
  hostId: Uuid,
  socketsNumber: Count,
  coresNumber: Count,
  type: Type.Enum(SOCKET_TYPES),
});

export const InstanceWorkloadAnswer = Type.Object({
  name: Type.String(),
  displayName: Type.Optional(Type.String()),
  hostName: Type.String(),
  usedInstancesNumber: Type.Number(),
  type: Type.String(),
  instanceId: Uuid,
  platformType: Type.Optional(Type.String()),
  canBeRevoked: Type.Optional(Type.Boolean()),
});

export const CapacityWorkloadAnswer = Type.Object({
  name: Type.String(),
  usedCapacityTb: Type.Number({ description: 'In TB of 2^40 bytes' }),
  type: Type.Enum(['FileShare', 'ObjectStorage']),
  instanceId: Uuid,
});

export const CapacityAnswer = Type.Object({ workloads: Type.Array(CapacityWorkloadAnswer) });
export const RenewalAnswer = Type.Object({ renewalUrl: Type.String() });
export const UpdateAnswer = Type.Object({ message: Type.String(), isSuccessful: Type.Boolean() });

const Dates = {
  expirationDate: Type.Optional(Type.String({ format: 'date-time' })),
  supportExpirationDate: Type.Optional(Type.String({ format: 'date-time' })),
};

export const LicenseAnswer = Type.Object({
  status: Type.Enum(['Expired', 'Invalid', 'Valid']),
  type: Type.String(),
  edition: Type.String(),
  licensedTo: Type.String(),
  supportId: Type.String(),
  ...Dates,
  socketLicenseSummary: Type.Optional(
    Type.Object({
      package: Type.String(),
      licensedSocketsNumber: Count,
      usedSocketsNumber: Count,
      remainingSocketsNumber: Count,
      workload: Type.Array(SocketWorkloadAnswer),
      ...Dates,
    }),
  ),
  instanceLicenseSummary: Type.Optional(
    Type.Object({
      package: Type.Optional(Type.String()),
      licensedInstancesNumber: Type.Number(),
      usedInstancesNumber: Type.Number(),
      newInstancesNumber: Type.Number(),
      rentalInstancesNumber: Type.Number(),
      promoInstancesNumber: Type.Optional(Type.Number()),
      licensedInstancesPromoIncludedNumber: Type.Optional(Type.Number()),
      promoExpiresOn: Type.Optional(Type.String({ format: 'date-time' })),
      objects: Type.Array(
        Type.Object({
          type: Type.String(),
          count: Count,
          multiplier: Type.Number(),
          usedInstancesNumber: Type.Number(),
        }),
      ),
      workload: Type.Array(InstanceWorkloadAnswer),
      ...Dates,
    }),
  ),
  capacityLicenseSummary: Type.Optional(
    Type.Object({
      licensedCapacityTb: Type.Number(),
      usedCapacityTb: Type.Number(),
      objects: Type.Array(Type.Object({ type: Type.String(), usedCapacityTb: Type.Number() })),
      workload: Type.Array(CapacityWorkloadAnswer),
    }),
  ),
  autoUpdateEnabled: Type.Boolean(),
  freeAgentInstanceConsumptionEnabled: Type.Boolean(),
  cloudConnect: Type.String(),
  IsMultiSection: Type.Optional(Type.Boolean()),
  proactiveSupportEnabled: Type.Optional(Type.Boolean()),
});
