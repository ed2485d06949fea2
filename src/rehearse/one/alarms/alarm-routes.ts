// Veeam ONE's triggered alarms: looked for whenever they are asked for, from the state of the repositories.
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { RehearsalContext } from '../../rehearsal-context.ts';
import type { RepositoryTable } from '../../state/repository-table.ts';
import { ONE_VERSIONS, registerCollection } from '../collection-route.ts';
import { OneError } from '../one-error.ts';
import { Moment, nullable } from '../resources/nullable.ts';
import { ALARM_TEMPLATES, alarmConditions } from './alarm-rules.ts';
import { AlarmTable, type TriggeredAlarm } from './alarm-table.ts';

const AlarmResource = Type.Object({
  triggeredAlarmId: Type.Optional(Type.Integer()),
  name: nullable(Type.String()),
  alarmTemplateId: Type.Optional(Type.Integer()),
  predefinedAlarmId: nullable(Type.Integer()),
  triggeredTime: Type.Optional(Moment),
  status: Type.Optional(Type.Enum(['Error', 'Warning', 'Acknowledged', 'Resolved'])),
  description: nullable(Type.String()),
  comment: nullable(Type.String()),
  repeatCount: Type.Optional(Type.Integer()),
  alarmSource: Type.Optional(
    Type.Object({
      objectId: Type.Integer(),
      objectName: Type.String(),
      objectType: Type.String(),
    }),
  ),
  childAlarmsCount: Type.Optional(Type.Integer()),
  remediation: Type.Optional(
    Type.Object({ items: Type.Array(Type.Object({ description: Type.String(), mode: Type.String() })) }),
  ),
});

const ResolveSpec = Type.Object({
  triggeredAlarmIds: Type.Array(Type.Integer(), { minItems: 1, maxItems: 1000 }),
  comment: Type.Optional(Type.String({ maxLength: 4096 })),
  resolveType: Type.Optional(Type.Enum(['Acknowledge', 'Resolve'])),
});

const TAG = 'Alarms';

/** What the alarms are made of. */
export interface AlarmSources extends Pick<RehearsalContext, 'database' | 'clock'> {
  readonly repositories: Pick<RepositoryTable, 'all'>;
}

export function registerAlarms(app: FastifyInstance, context: AlarmSources): void {
  const table = new AlarmTable(context.database);
  const upToDate = (): readonly TriggeredAlarm[] => {
    table.reconcile(alarmConditions(context.repositories.all()), context.clock.now());
    return table.all();
  };
  registerCollection(app, {
    path: '/alarms/triggeredAlarms',
    tag: TAG,
    summary: 'Get All Triggered Alarms',
    schema: AlarmResource,
    resources: () => upToDate().map(alarmResource),
    idProperty: 'triggeredAlarmId',
  });
  for (const version of ONE_VERSIONS) {
    app.post<{ Body: Type.Static<typeof ResolveSpec> }>(
      `/api/${version}/alarms/triggeredAlarms/resolve`,
      { schema: { tags: [TAG], summary: 'Resolve Triggered Alarms', body: ResolveSpec } },
      async ({ body }, reply) => {
        const known = new Set(upToDate().map(({ id }) => id));
        const stranger = body.triggeredAlarmIds.find((id) => !known.has(id));
        if (stranger !== undefined) throw new OneError(400, `There is no triggered alarm ${stranger}.`);
        const status = body.resolveType === 'Acknowledge' ? 'Acknowledged' : 'Resolved';
        for (const id of body.triggeredAlarmIds) table.setStatus(id, status, body.comment ?? '');
        return reply.code(200).send();
      },
    );
  }
}

function alarmResource(alarm: TriggeredAlarm): unknown {
  const template = ALARM_TEMPLATES[alarm.rule];
  return {
    triggeredAlarmId: alarm.id,
    name: template.name,
    alarmTemplateId: template.id,
    predefinedAlarmId: template.id,
    triggeredTime: new Date(alarm.triggeredAt).toISOString(),
    status: alarm.status,
    description: alarm.description,
    comment: alarm.comment,
    repeatCount: 1,
    alarmSource: {
      objectId: alarm.repositoryNumber,
      objectName: alarm.repositoryName,
      objectType: 'VbrBackupRepository',
    },
    childAlarmsCount: 0,
    remediation: { items: [] },
  };
}
