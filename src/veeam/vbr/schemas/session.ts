// A session: how VBR tells of work that takes a while. Source: SessionModel, SessionLogResult, TaskSessionModel.
import Type, { type Static } from 'typebox';

const sessionResult = Type.Object({
  /** `None`, `Success`, `Warning` or `Failed`. */
  result: Type.String(),
  message: Type.Optional(Type.String()),
  isCanceled: Type.Optional(Type.Boolean()),
});

export const session = Type.Object({
  id: Type.String(),
  name: Type.String(),
  jobId: Type.String(),
  /** `Infrastructure`, `RepositoryMaintenance`, `ConfigurationResynchronize` and 60 others. */
  sessionType: Type.String(),
  creationTime: Type.String(),
  endTime: Type.Optional(Type.String()),
  /** `Stopped` once it is over. */
  state: Type.String(),
  progressPercent: Type.Optional(Type.Integer()),
  result: Type.Optional(sessionResult),
  resourceId: Type.Optional(Type.String()),
  resourceReference: Type.Optional(Type.String()),
  parentSessionId: Type.Optional(Type.String()),
  usn: Type.Integer(),
  platformName: Type.Optional(Type.String()),
  platformId: Type.Optional(Type.String()),
  /** From 1.3-rev0. */
  initiatedBy: Type.Optional(Type.String()),
});
export type Session = Static<typeof session>;

const sessionLogRecord = Type.Object({
  id: Type.Optional(Type.Integer()),
  /** `None`, `Succeeded`, `Warning` or `Failed`. */
  status: Type.Optional(Type.String()),
  startTime: Type.Optional(Type.String()),
  updateTime: Type.Optional(Type.String()),
  title: Type.Optional(Type.String()),
  description: Type.Optional(Type.String()),
  /** A text in 1.3-rev0, a list in 1.3-rev2. */
  additionalInfo: Type.Optional(Type.Unknown()),
});
export type SessionLogRecord = Static<typeof sessionLogRecord>;

export const sessionLog = Type.Object({
  totalRecords: Type.Optional(Type.Integer()),
  records: Type.Optional(Type.Array(sessionLogRecord)),
});
export type SessionLog = Static<typeof sessionLog>;

export const taskSession = Type.Object({
  id: Type.String(),
  /** `Backup`, `Restore`, `Antivirus` or `Replica`. */
  type: Type.String(),
  sessionId: Type.String(),
  sessionType: Type.String(),
  creationTime: Type.String(),
  endTime: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
  state: Type.Optional(Type.String()),
  result: Type.Optional(sessionResult),
});
export type TaskSession = Static<typeof taskSession>;
