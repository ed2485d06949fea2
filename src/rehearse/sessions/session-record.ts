// One session as it is kept: the state of a long action, and its log.

export type SessionType = 'Infrastructure' | 'ConfigurationResynchronize' | 'RepositoryMaintenance';
export type SessionState = 'Starting' | 'Working' | 'Stopping' | 'Stopped';
export type SessionResult = 'None' | 'Success' | 'Warning' | 'Failed';
export type LogStatus = 'None' | 'Succeeded' | 'Warning' | 'Failed';

/** Times are milliseconds since 1970. */
export interface SessionRecord {
  readonly id: string;
  readonly name: string;
  readonly jobId: string;
  readonly sessionType: SessionType;
  readonly createdAt: number;
  readonly endedAt: number | undefined;
  readonly state: SessionState;
  readonly progressPercent: number;
  readonly result: SessionResult;
  readonly message: string;
  readonly isCanceled: boolean;
  readonly resourceId: string | undefined;
  readonly resourceReference: string | undefined;
  /** Raised with every change of any session. */
  readonly usn: number;
  readonly initiatedBy: string;
}

export interface SessionLogRecord {
  readonly id: number;
  readonly status: LogStatus;
  readonly startedAt: number;
  readonly updatedAt: number;
  readonly title: string;
  readonly description: string;
}
