// The lists of the license section: what they can be filtered and ordered by.
import type { Static } from 'typebox';
import { type ListAnswer, type ListQuery, type ListRules, listAnswer } from '../http/list-answer.ts';
import type { INSTANCE_COLUMNS, InstanceQuery, SOCKET_COLUMNS, SocketQuery } from './license-schemas.ts';
import type { InstanceWorkload, SocketWorkload } from './license-state.ts';

type SocketColumn = (typeof SOCKET_COLUMNS)[number];
type InstanceColumn = (typeof INSTANCE_COLUMNS)[number];

const SOCKET_RULES: ListRules<SocketWorkload, SocketColumn> = {
  texts: ({ name, hostName, hostId, type }) => [name, hostName, hostId, type],
  columns: {
    Name: ({ name }) => name,
    HostName: ({ hostName }) => hostName,
    HostId: ({ hostId }) => hostId,
    SocketsNumber: ({ socketsNumber }) => socketsNumber,
    CoresNumber: ({ coresNumber }) => coresNumber,
    Type: ({ type }) => type,
  },
};

const INSTANCE_RULES: ListRules<InstanceWorkload, InstanceColumn> = {
  texts: ({ name, displayName, hostName, type, platformType, instanceId }) => [
    name,
    displayName,
    hostName,
    type,
    platformType,
    instanceId,
  ],
  columns: {
    Name: ({ name }) => name,
    HostName: ({ hostName }) => hostName,
    UsedInstancesNumber: ({ usedInstancesNumber }) => usedInstancesNumber,
    Type: ({ type }) => type,
    InstanceId: ({ instanceId }) => instanceId,
  },
};

export function socketList(
  sockets: readonly SocketWorkload[],
  query: Static<typeof SocketQuery>,
): ListAnswer<SocketWorkload> {
  const found = sockets.filter(
    (one) =>
      isText(one.hostName, query.hostNameFilter) &&
      isText(one.hostId, query.hostIdFilter) &&
      is(one.socketsNumber, query.socketsNumberFilter) &&
      is(one.coresNumber, query.coresNumberFilter) &&
      is(one.type, query.typeFilter),
  );
  return listAnswer(found, query as ListQuery<SocketColumn>, SOCKET_RULES);
}

export function instanceList(
  instances: readonly InstanceWorkload[],
  query: Static<typeof InstanceQuery>,
): ListAnswer<InstanceWorkload> {
  const found = instances.filter(
    (one) =>
      isText(one.hostName, query.hostNameFilter) &&
      is(one.usedInstancesNumber, query.usedInstancesNumberFilter) &&
      isText(one.type, query.typeFilter) &&
      isText(one.instanceId, query.instanceIdFilter),
  );
  return listAnswer(found, query as ListQuery<InstanceColumn>, INSTANCE_RULES);
}

function is<T>(value: T, wanted: T | undefined): boolean {
  return wanted === undefined || value === wanted;
}

function isText(value: string, wanted: string | undefined): boolean {
  return wanted === undefined || value.toLowerCase() === wanted.toLowerCase();
}
