// When a repository deserves an alarm: too little free space, or the store does not answer.
import type { RepositoryRecord } from '../../state/repository-record.ts';

export type Severity = 'Warning' | 'Error';

/** Free space below which it warns, and below which it is an error, in hundredths of the capacity. Thresholds of the rehearsal's own. */
export const FREE_SPACE_PERCENT = { warning: 10n, error: 5n };

/** Named as Veeam ONE's own alarms; the numbers are of the rehearsal's own. */
export const ALARM_TEMPLATES = {
  freeSpace: { id: 365, name: 'Backup repository free space' },
  connection: { id: 331, name: 'Backup repository connection failure' },
} as const;

export type AlarmRule = keyof typeof ALARM_TEMPLATES;

export interface AlarmCondition {
  readonly rule: AlarmRule;
  readonly repositoryId: string;
  readonly repositoryNumber: number;
  readonly repositoryName: string;
  readonly severity: Severity;
  readonly description: string;
}

/** What is amiss now; without a known capacity nothing is said about space. */
export function alarmConditions(repositories: readonly RepositoryRecord[]): readonly AlarmCondition[] {
  return repositories.flatMap((repository) => [
    ...spaceCondition(repository),
    ...connectionCondition(repository),
  ]);
}

function spaceCondition(repository: RepositoryRecord): readonly AlarmCondition[] {
  const { capacity } = repository.observation;
  if (capacity === undefined || capacity.capacityBytes === 0n) return [];
  const free = capacity.availableBytes * 100n;
  const isBelow = (percent: bigint) => free < capacity.capacityBytes * percent;
  if (!isBelow(FREE_SPACE_PERCENT.warning)) return [];
  const severity = isBelow(FREE_SPACE_PERCENT.error) ? 'Error' : 'Warning';
  const threshold = severity === 'Error' ? FREE_SPACE_PERCENT.error : FREE_SPACE_PERCENT.warning;
  const description =
    `Free space of "${repository.name}" (${capacity.availableBytes} of ${capacity.capacityBytes} bytes) ` +
    `is below the threshold of ${threshold}%`;
  return [condition(repository, 'freeSpace', severity, description)];
}

function connectionCondition(repository: RepositoryRecord): readonly AlarmCondition[] {
  const { isOnline, problem } = repository.observation;
  if (isOnline) return [];
  return [
    condition(repository, 'connection', 'Error', `"${repository.name}" cannot be reached. ${problem}`.trim()),
  ];
}

function condition(
  { id, number, name }: RepositoryRecord,
  rule: AlarmRule,
  severity: Severity,
  description: string,
): AlarmCondition {
  return {
    rule,
    repositoryId: id,
    repositoryNumber: number,
    repositoryName: name,
    severity,
    description,
  };
}
