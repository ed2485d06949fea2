// What can be asked of a Veeam ONE server. Made by create-one-client.ts.
import type { OneQuery } from './query.ts';
import type {
  OneCollectionSchedule,
  OneCollectionTask,
  OneObjectStorage,
  OneRepository,
  OneScaleOutRepository,
  OneSession,
  OneTriggeredAlarm,
} from './schemas.ts';

/** Lists a collection page by page, as it is read. With `select` the items have what was selected and nothing else. */
export type OneCollection<Item> = <Selected extends keyof Item = keyof Item>(
  query?: OneQuery<Item, Selected>,
) => AsyncIterable<Pick<Item, Selected>>;

/** Which tokens a logout ends: the client's own, or with a SID all of that user. */
export interface OneLogout {
  readonly userSid?: string;
}

/**
 * Veeam ONE at one address. All calls throw VeeamError where Veeam refuses, with what it said, and VeeamAnswerError where
 * the answer is not as documented. The role that is asked for: `Veeam ONE Administrator` for sessions, data collection and the
 * license, `Veeam ONE Read-Only User` for the rest.
 */
export interface OneClient {
  /** Backup repositories that are not on object storage. */
  readonly repositories: OneCollection<OneRepository>;
  /** Repositories on object storage: this is where a gateway's buckets are. */
  readonly objectStorages: OneCollection<OneObjectStorage>;
  readonly scaleOutRepositories: OneCollection<OneScaleOutRepository>;
  readonly triggeredAlarms: OneCollection<OneTriggeredAlarm>;
  readonly sessions: OneCollection<OneSession>;
  readonly dataCollectionTasks: OneCollection<OneCollectionTask>;
  session(id: number): Promise<OneSession>;
  changeCollectionSchedule(schedule: OneCollectionSchedule): Promise<void>;
  /** Has the server fetch its new license and install it. */
  updateLicense(): Promise<void>;
  /** Without tokens there is nothing to do. */
  logout(what?: OneLogout): Promise<void>;
  /** Logs out if it can, and ends every connection. Never rejects. */
  close(): Promise<void>;
}
