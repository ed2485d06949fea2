// What Veeam ONE answers with, as schemas: what must be there and of which type. Fields beyond these are kept.
// Source: Veeam ONE REST API 2.3, its overview (build 13.0.0.5630) and its OpenAPI document of 13.0.1. The vendor marks no field
// as required; those named here were in every answer of its examples, and null is possible where it says `nullable`.
import { type Static, type TSchema, Type } from 'typebox';

const orNull = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

/**
 * Bytes are `bigint` on this side and JSON integers of 64 bits on the wire: a scale-out repository may well hold more
 * than 2^53 bytes (8 PiB), and a number that was rounded on its way must not be compared with the gateway's.
 */
const Bytes = orNull(Type.BigInt());
/** A moment: ISO 8601. */
const Moment = Type.String();
/** How a repository does: `Ok`, `Warning`, `Inaccessible`, `Disconnected`, `OutOfDate`, `Unknown`. */
const State = Type.String();

/** A row of `/vbr/repositories`: backup repositories on servers, shares and appliances, not on object storage. */
export const OneRepositorySchema = Type.Object({
  repositoryId: Type.Integer(),
  repositoryUidInVbr: orNull(Type.String()),
  backupServerId: orNull(Type.Integer()),
  name: orNull(Type.String()),
  type: Type.String(),
  capacityBytes: Bytes,
  freeSpaceBytes: Bytes,
  runningTasks: orNull(Type.Integer()),
  maxConcurrentTasks: orNull(Type.Integer()),
  upgradeRequired: orNull(Type.Boolean()),
  outOfSpaceInDays: orNull(Type.Integer()),
  state: State,
  path: orNull(Type.String()),
  oneBackupFilePerVm: orNull(Type.Boolean()),
  isReFs: orNull(Type.Boolean()),
  isImmutable: orNull(Type.Boolean()),
  immutabilityIntervalDays: orNull(Type.Integer()),
});
export type OneRepository = Readonly<Static<typeof OneRepositorySchema>>;

/**
 * A row of `/vbr/repositories/objectStorages`: the repositories that a gateway's buckets are. The vendor's document says
 * of `/vbr/repositories` that object storage repositories are not included there. There is no free space in these rows:
 * it is capacity less used space.
 */
export const OneObjectStorageSchema = Type.Object({
  objectStorageId: orNull(Type.Integer()),
  objectStorageUidInVbr: orNull(Type.String()),
  backupServerId: orNull(Type.Integer()),
  name: orNull(Type.String()),
  /** `S3Integrated` with SOSAPI, `S3Compatible` without. */
  type: Type.String(),
  region: orNull(Type.String()),
  bucket: orNull(Type.String()),
  capacityBytes: Bytes,
  usedSpaceBytes: Bytes,
  runningTasks: orNull(Type.Integer()),
  isImmutable: orNull(Type.Boolean()),
  immutabilityIntervalDays: orNull(Type.Integer()),
  description: Type.Optional(orNull(Type.String())),
  /** A soft limit, in GB. */
  consumptionLimitGb: Type.Optional(orNull(Type.Integer())),
  concurrentJobsMax: Type.Optional(orNull(Type.Integer())),
  concurrentJobsNow: Type.Optional(orNull(Type.Integer())),
  infrequentAccessStorage: Type.Optional(orNull(Type.String())),
});
export type OneObjectStorage = Readonly<Static<typeof OneObjectStorageSchema>>;

/** A row of `/vbr/scaleoutRepositories`. */
export const OneScaleOutRepositorySchema = Type.Object({
  scaleoutRepositoryId: Type.Integer(),
  scaleoutRepositoryUidInVbr: orNull(Type.String()),
  backupServerId: Type.Integer(),
  name: orNull(Type.String()),
  capacityBytes: Bytes,
  freeSpaceBytes: Bytes,
  runningTasks: Type.Integer(),
  outOfSpaceInDays: orNull(Type.Integer()),
  state: State,
  /** `DataLocality`, `Performance` or `Unknown`. */
  scaleoutRepositoryPolicy: Type.Optional(Type.String()),
  copyPolicy: orNull(Type.Boolean()),
  movePolicyInDays: orNull(Type.Integer()),
  archivingPolicyInDays: orNull(Type.Integer()),
  encryptArchivedData: orNull(Type.Boolean()),
});
export type OneScaleOutRepository = Readonly<Static<typeof OneScaleOutRepositorySchema>>;

/** A row of `/alarms/triggeredAlarms`. */
export const OneTriggeredAlarmSchema = Type.Object({
  triggeredAlarmId: Type.Integer(),
  name: orNull(Type.String()),
  alarmTemplateId: Type.Integer(),
  predefinedAlarmId: orNull(Type.Integer()),
  triggeredTime: Moment,
  /** `Error`, `Warning`, `Information`, `Resolved`, `Acknowledged`, `Success`, `Remediated` or `Unknown`. */
  status: Type.String(),
  description: orNull(Type.String()),
  comment: orNull(Type.String()),
  repeatCount: Type.Integer(),
  alarmSource: orNull(
    Type.Object({ objectId: Type.Integer(), objectName: orNull(Type.String()), objectType: Type.String() }),
  ),
  childAlarmsCount: Type.Integer(),
  remediation: Type.Optional(
    orNull(
      Type.Object({
        items: orNull(Type.Array(Type.Object({ description: orNull(Type.String()), mode: Type.String() }))),
      }),
    ),
  ),
});
export type OneTriggeredAlarm = Readonly<Static<typeof OneTriggeredAlarmSchema>>;

/** A row of `/sessions`: what Veeam ONE did by itself. Not the sessions of Veeam Backup & Replication. */
export const OneSessionSchema = Type.Object({
  jobSessionId: Type.Integer(),
  name: orNull(Type.String()),
  type: Type.String(),
  /** `Processing`, `InQueue`, `Success`, `Warning`, `Failed`, `Stopping`, `Stopped`, `Rollback`, `FailedWithoutStart`. */
  status: Type.String(),
  statusPriority: Type.Integer(),
  start: orNull(Moment),
  end: orNull(Moment),
});
export type OneSession = Readonly<Static<typeof OneSessionSchema>>;

/** A row of `/dataCollection/tasks`. */
export const OneCollectionTaskSchema = Type.Object({
  sessionId: Type.Integer(),
  taskId: Type.Integer(),
  name: orNull(Type.String()),
  status: Type.String(),
  statusPriority: Type.Integer(),
  modified: orNull(Moment),
  lastRun: orNull(Moment),
  collectingType: Type.String(),
});
export type OneCollectionTask = Readonly<Static<typeof OneCollectionTaskSchema>>;

const Names = orNull(Type.Array(Type.String()));

/** When Veeam ONE collects data: the body of `PATCH /dataCollection/schedule`. */
export const OneCollectionScheduleSchema = Type.Object({
  startTime: Moment,
  timeZoneId: Type.Optional(orNull(Type.String())),
  /** `Manually`, `Daily`, `MonthlyDays`, `MonthlyWeekDays` or `Periodic`. */
  scheduleType: Type.String(),
  disabled: Type.Optional(Type.Boolean()),
  periodically: Type.Optional(
    orNull(
      Type.Object({
        period: Type.Integer(),
        interval: Type.Union([Type.Literal('Minutes'), Type.Literal('Hours')]),
      }),
    ),
  ),
  daily: Type.Optional(orNull(Type.Object({ daysOfWeek: Names }))),
  monthlyDays: Type.Optional(
    orNull(Type.Object({ months: Names, days: orNull(Type.Array(Type.Integer())) })),
  ),
  monthlyWeekDays: Type.Optional(
    orNull(
      Type.Object({
        months: Type.Optional(Names),
        dayOfWeekAppearance: Type.Optional(Names),
        daysOfWeek: Names,
      }),
    ),
  ),
});
export type OneCollectionSchedule = Readonly<Static<typeof OneCollectionScheduleSchema>>;
