// The columns that each collection of VBR can be ordered by, in 1.3-rev2. Which came later is in endpoints.ts.

export const ORDER_COLUMNS = {
  repositories: ['Name', 'Description', 'Type', 'Host', 'Path'],
  states: [
    ...['Name', 'Type', 'Host', 'Path', 'CapacityGB', 'FreeGB', 'UsedSpaceGB', 'Description', 'Membership'],
    'Status',
  ],
  scaleOutRepositories: ['Name', 'Description', 'Type', 'Host', 'Path', 'EncryptionState'],
  sockets: ['Name', 'HostName', 'HostId', 'SocketsNumber', 'CoresNumber', 'Type'],
  instances: ['Name', 'HostName', 'UsedInstancesNumber', 'Type', 'InstanceId'],
  cloudCredentials: ['Name', 'Description', 'Type', 'LastModified'],
  sessions: ['Name', 'SessionType', 'CreationTime', 'EndTime', 'State', 'Result', 'InitiatedBy'],
  taskSessions: [
    ...['Name', 'Type', 'SessionType', 'CreationTime', 'EndTime', 'State', 'Result', 'ScanState'],
    'ScanResult',
  ],
} as const;
