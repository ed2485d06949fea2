// The names that a filter of sessions may ask for: every one of the documents of revisions 1.2-rev1, 1.3-rev0 and 1.3-rev2.

export const SESSION_STATES = [
  'Stopped',
  'Starting',
  'Stopping',
  'Working',
  'Pausing',
  'Resuming',
  'WaitingTape',
  'Idle',
  'Postprocessing',
  'WaitingRepository',
  'WaitingSlot',
  'ActionRequired',
] as const;

/** In one text, as a line for each would fill a page. */
export const SESSION_TYPES: readonly string[] = `
AdForestRestore AgentBackup AgentDiscovery AgentManagement AgentOperationActiveFull
AgentOperationBackupNow AgentOperationPurgeCache AgentPolicy AgentsRecoveryAppliancesManagement
ApplianceUpdatesInstall ApplicationLevelRestore ArchiveBackup ArchiveCopy ArchiveFreezing
ArchiveRehydration ArchiveSync ArchiveTierDownload Automation AzureApplianceDeploy AzureInstantRecovery
AzureInstantRecoveryMigration AzureInstantRecoveryMigrationUndo AzureInstantRecoveryMount
AzureInstantRecoveryStart AzureInstantRecoveryStop AzureInstantRecoverySwitchover BackgroundOperation
BackupCacheSync BackupCopyJob BackupCopyJobParent BackupJob CheckpointRemoval CloudDirectorVAppRestore
CloudDirectorVmRestore CommitFailback ConfigurationBackup ConfigurationResynchronize CopyBackup
DeleteBackup DirectBackupSync DiskRestore EncryptionAnalysis EndpointBackup EndpointRestore
EntraIdRescanRepository EntraIdRestore EntraIdRestoreFromCopy EpAgentOperationStopBackup Failback Failover
FailoverPlan FailoverPlanTask FileBackupArchiveRetrievalProlonging FileBackupHealthCheck
FileInstantRecovery FileInstantRecoveryMigration FileLevelRestore FileServerSave
FirstClassDiskInstantRestore FirstClassDiskQuickMigration HaClusterEdit HaSwitchover HostComponentsUpdate
IndexCollection Infrastructure InfrastructureItemDeletion InstantDiskRecovery InstantRecovery IrisBackup
LinuxFileLevelRestore LogsExport MalwareDetection NasRestore OracleLogBackup PerVmCopyBackup
PerVmMoveBackup PermanentFailover PlannedFailover PlatformBackupJob PlatformServiceJob
PlatformSnapshotCopyJob PlatformSnapshotJob PostgreSqlLogBackup PublishBackupContentViaMount
PublishBackupContentViaNfs QuickMigration ReplicaJob RepositoryEvacuate RepositoryMaintenance
RestoreAgentVolumes RestoreRecoveryApplianceVolumes RestoreVm Retention RetrieveBackup
SecurityComplianceAnalyzer SqlLogBackup StorageDiscovery StorageMonitoring SureBackup
SureBackupContentScan SwitchReplicaToProduction TestCredentials UndoFailback UndoFailover
UnstructuredDataBackupCopy UnstructuredDataBrowse UnstructuredDownloadMeta VeeamUpdaterSettingsSync
VolumesDiscover
`
  .trim()
  .split(/\s+/);
