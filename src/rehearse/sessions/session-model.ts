// Sessions as the documents shape them.
import { type Revision, reaches } from '../../veeam/vbr/revisions.ts';
import type { SessionLogRecord, SessionRecord } from './session-record.ts';

export function sessionModel(session: SessionRecord, revision: Revision) {
  return {
    sessionType: session.sessionType,
    state: session.state,
    id: session.id,
    name: session.name,
    jobId: session.jobId,
    creationTime: isoTime(session.createdAt),
    ...(session.endedAt === undefined ? {} : { endTime: isoTime(session.endedAt) }),
    progressPercent: session.progressPercent,
    result: { result: session.result, message: session.message, isCanceled: session.isCanceled },
    ...(session.resourceId === undefined ? {} : { resourceId: session.resourceId }),
    ...(session.resourceReference === undefined ? {} : { resourceReference: session.resourceReference }),
    usn: session.usn,
    ...(reaches(revision, '1.3-rev0') ? { initiatedBy: session.initiatedBy } : {}),
  };
}

export function sessionLogModel(record: SessionLogRecord) {
  return {
    id: record.id,
    status: record.status,
    startTime: isoTime(record.startedAt),
    updateTime: isoTime(record.updatedAt),
    title: record.title,
    description: record.description,
  };
}

function isoTime(at: number): string {
  return new Date(at).toISOString();
}
