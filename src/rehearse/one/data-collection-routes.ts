// Veeam ONE's data collection: its tasks, its schedule, and the update of its license.
import type { DatabaseSync } from 'node:sqlite';
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import type { RehearsalContext } from '../rehearsal-context.ts';
import type { RepositoryRecord } from '../state/repository-record.ts';
import { ONE_VERSIONS, registerCollection } from './collection-route.ts';
import { Moment, nullable } from './resources/nullable.ts';
import { STATUS_PRIORITY } from './resources/session-resource.ts';

const TaskResource = Type.Object({
  sessionId: Type.Optional(Type.Integer()),
  taskId: Type.Optional(Type.Integer()),
  name: nullable(Type.String()),
  status: Type.Optional(Type.String()),
  statusPriority: Type.Optional(Type.Integer()),
  modified: nullable(Moment),
  lastRun: nullable(Moment),
  collectingType: Type.Optional(Type.String()),
});

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const Days = Type.Array(Type.Enum(DAYS), { maxItems: 7 });
const Months = Type.Array(Type.String(), { maxItems: 12 });

/** The document's example of a body; a PATCH has only what it changes. */
const Schedule = Type.Object({
  startTime: Type.Optional(Moment),
  timeZoneId: Type.Optional(Type.String()),
  scheduleType: Type.Optional(Type.Enum(['Manually', 'Daily', 'MonthlyDays', 'MonthlyWeekDays', 'Periodic'])),
  disabled: Type.Optional(Type.Boolean()),
  periodically: nullable(
    Type.Object({ period: Type.Integer({ minimum: 1 }), interval: Type.Enum(['Minutes', 'Hours']) }),
  ),
  daily: nullable(Type.Object({ daysOfWeek: Days })),
  monthlyDays: nullable(
    Type.Object({
      months: Months,
      days: Type.Array(Type.Integer({ minimum: 1, maximum: 31 }), { maxItems: 31 }),
    }),
  ),
  monthlyWeekDays: nullable(
    Type.Object({
      months: Months,
      dayOfWeekAppearance: Type.Array(Type.String(), { maxItems: 5 }),
      daysOfWeek: Days,
    }),
  ),
});

type Schedule = Static<typeof Schedule>;

const FIRST_SCHEDULE: Schedule = {
  startTime: '2025-01-01T00:00:00Z',
  timeZoneId: 'UTC',
  scheduleType: 'Periodic',
  disabled: false,
  periodically: { period: 1, interval: 'Hours' },
  daily: { daysOfWeek: [] },
  monthlyDays: { months: [], days: [] },
  monthlyWeekDays: { months: [], dayOfWeekAppearance: [], daysOfWeek: [] },
};

const TAGS = ['Data Collection'];

export function registerDataCollection(app: FastifyInstance, context: RehearsalContext): void {
  const kept = new KeptSchedule(context.database);
  registerCollection(app, {
    path: '/dataCollection/tasks',
    tag: 'Data Collection',
    summary: 'Get All Data Collection Tasks',
    schema: TaskResource,
    resources: () => context.repositories.all().map(taskResource),
  });
  for (const version of ONE_VERSIONS) {
    const url = `/api/${version}/dataCollection/schedule`;
    app.get(
      url,
      { schema: { tags: TAGS, summary: 'Get Data Collection Schedule', response: { 200: Schedule } } },
      async () => kept.get(),
    );
    app.patch<{ Body: Schedule }>(
      url,
      { schema: { tags: TAGS, summary: 'Modify Data Collection Schedule', body: Schedule } },
      async ({ body }) => kept.change(body),
    );
    // There is nowhere to fetch a license from, so it is as fresh as it can be.
    app.patch(
      `/api/${version}/license/update`,
      { schema: { tags: ['License'], summary: 'Update License' } },
      async (_request, reply) => reply.code(200).send(),
    );
  }
}

class KeptSchedule {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(
      'CREATE TABLE IF NOT EXISTS one_schedule (only INTEGER PRIMARY KEY CHECK (only = 1), schedule TEXT NOT NULL) STRICT',
    );
  }

  get(): Schedule {
    const row = this.#database.prepare('SELECT schedule FROM one_schedule').get();
    return row === undefined ? FIRST_SCHEDULE : (JSON.parse(String(row['schedule'])) as Schedule);
  }

  /** What is not given stays; fields that no schedule has are left out. */
  change(change: Schedule): Schedule {
    const known = Object.entries(change).filter(([name]) => Object.hasOwn(FIRST_SCHEDULE, name));
    const schedule: Schedule = { ...this.get(), ...Object.fromEntries(known) };
    this.#database
      .prepare(
        'INSERT INTO one_schedule (only, schedule) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET schedule = excluded.schedule',
      )
      .run(JSON.stringify(schedule));
    return schedule;
  }
}

/** What is collected from is each repository's store: a task failed when the store did not answer last. */
function taskResource({ number, name, addedAt, observation }: RepositoryRecord): unknown {
  const status = observation.isOnline ? 'Success' : 'Failed';
  return {
    sessionId: number,
    taskId: number,
    name,
    status,
    statusPriority: STATUS_PRIORITY[status],
    modified: new Date(addedAt).toISOString(),
    lastRun: observation.capacityAt === undefined ? null : new Date(observation.capacityAt).toISOString(),
    collectingType: 'VBR',
  };
}
