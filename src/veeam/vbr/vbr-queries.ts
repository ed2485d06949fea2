// What the calls that list something take. Names as in the vendor's documents, where they are case-sensitive.
import type { ORDER_COLUMNS } from './order-columns.ts';

export interface PageQuery {
  /** How many items to leave out at the beginning. */
  readonly skip?: number;
  /** How many items at most, over all pages. Without it: all. */
  readonly limit?: number;
  /** How many items to ask for at a time. */
  readonly pageSize?: number;
}

interface Ordered<Collection extends keyof typeof ORDER_COLUMNS> extends PageQuery {
  readonly orderColumn?: (typeof ORDER_COLUMNS)[Collection][number];
  readonly orderAsc?: boolean;
}

/** Several values from the revision that is named with the field; one value before. */
export type OneOrMore = string | readonly string[];

export interface RepositoriesQuery extends Ordered<'repositories'> {
  /** The whole text, or a part of it with `*` at the beginning, at the end or both. */
  readonly nameFilter?: string;
  /** Several from 1.3-rev0. */
  readonly typeFilter?: OneOrMore;
  readonly hostIdFilter?: string;
  readonly pathFilter?: string;
  readonly vmbApiFilter?: string;
  readonly vmbApiPlatform?: string;
  /** Leaves out what belongs to a scale-out repository. From 1.3-rev0. */
  readonly excludeExtents?: boolean;
}

export interface RepositoryStatesQuery extends Ordered<'states'> {
  readonly idFilter?: string;
  readonly nameFilter?: string;
  /** Several from 1.3-rev2. */
  readonly typeFilter?: OneOrMore;
  /** GB. */
  readonly capacityFilter?: number;
  /** GB. */
  readonly freeSpaceFilter?: number;
  /** GB. */
  readonly usedSpaceFilter?: number;
  readonly isOnlineFilter?: boolean;
  /** From 1.3-rev0, and so are the others below. */
  readonly isOutOfDateFilter?: boolean;
  readonly sobrIdFilter?: string;
  /** `Performance`, `Capacity`, `Archive`. */
  readonly sobrExtentTypeFilter?: OneOrMore;
  readonly sobrMembershipFilter?: string;
  readonly excludeExtents?: boolean;
}

export interface ScaleOutRepositoriesQuery extends Ordered<'scaleOutRepositories'> {
  readonly nameFilter?: string;
}

export interface SocketsQuery extends Ordered<'sockets'> {
  readonly nameFilter?: string;
  readonly hostNameFilter?: string;
  readonly hostIdFilter?: string;
  readonly socketsNumberFilter?: number;
  readonly coresNumberFilter?: number;
  readonly typeFilter?: 'HyperV' | 'Universal' | 'Unlicensed' | 'vSphere';
}

export interface InstancesQuery extends Ordered<'instances'> {
  readonly nameFilter?: string;
  readonly hostNameFilter?: string;
  readonly usedInstancesNumberFilter?: number;
  readonly typeFilter?: string;
  readonly instanceIdFilter?: string;
}

export interface CloudCredentialsQuery extends Ordered<'cloudCredentials'> {
  readonly nameFilter?: string;
  readonly typeFilter?: 'AzureStorage' | 'AzureCompute' | 'Amazon' | 'Google' | 'GoogleService';
}

export type SessionResultName = 'None' | 'Success' | 'Warning' | 'Failed';

export interface SessionsQuery extends Ordered<'sessions'> {
  readonly nameFilter?: string;
  /** RFC 3339, as the other times. */
  readonly createdAfterFilter?: string;
  readonly createdBeforeFilter?: string;
  readonly endedAfterFilter?: string;
  readonly endedBeforeFilter?: string;
  /** Several from 1.3-rev0. */
  readonly typeFilter?: OneOrMore;
  readonly stateFilter?: string;
  /** Several from 1.3-rev0. */
  readonly resultFilter?: SessionResultName | readonly SessionResultName[];
  readonly jobIdFilter?: string;
}

export interface SessionLogsQuery {
  /** From 1.3-rev0. */
  readonly statusFilter?: 'None' | 'Succeeded' | 'Warning' | 'Failed';
}

/** All of it, paging too, from 1.3-rev2: before, the server gives all there are at once. */
export interface TaskSessionsQuery extends Ordered<'taskSessions'> {
  readonly nameFilter?: string;
  readonly typeFilter?: 'Backup' | 'Restore' | 'Antivirus' | 'Replica';
  readonly sessionTypeFilter?: string;
  readonly createdAfterFilter?: string;
  readonly createdBeforeFilter?: string;
  readonly endedAfterFilter?: string;
  readonly endedBeforeFilter?: string;
  readonly stateFilter?: string;
  readonly resultFilter?: SessionResultName;
  readonly scanTypeFilter?: string;
  readonly scanResultFilter?: string;
  readonly scanStateFilter?: string;
  readonly sessionIdFilter?: string;
}
