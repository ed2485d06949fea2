// `veeam maintenance`: takes all extents that live on one backend out of service, and brings exactly those back.

import { stdout } from 'node:process';
import { createRuleOf } from '../serve/capacity-units.ts';
import { UsageError } from './arguments.ts';
import { parseSubArgs, type SubCommand } from './sub-commands.ts';
import { CONNECTION_OPTIONS, noMoreVeeamWords, readConnection, wholeNumber } from './veeam-arguments.ts';
import { DEFAULT_DEADLINE_SECONDS, visitVbr } from './veeam-connect.ts';
import { createBackendOf } from './veeam-extents.ts';
import { openMaintenanceRecord } from './veeam-maintenance-record.ts';
import { type MaintenanceReport, switchOff, switchOn } from './veeam-maintenance-switch.ts';
import { ourEndpoint } from './veeam-our-endpoint.ts';

const OPTIONS = {
  ...CONNECTION_OPTIONS,
  backend: { type: 'string' },
  sealed: { type: 'boolean' },
  endpoint: { type: 'string' },
  deadline: { type: 'string' },
} as const;

export const veeamMaintenance: SubCommand = {
  usage: `  veeam maintenance on|off --config FILE --backend NAME [--sealed] [--endpoint URL of this gateway as Veeam reaches it]
      [--deadline SECONDS]
    switches maintenance mode (or sealed mode) of every extent of a scale-out repository that lives on that backend;
    what "on" changed is written down in the state directory, and "off" restores exactly that.
`,

  async run(args, env) {
    const { values, positionals } = parseSubArgs('veeam', args, OPTIONS);
    const [direction, ...more] = positionals;
    noMoreVeeamWords(more);
    if (direction !== 'on' && direction !== 'off') {
      throw new UsageError('veeam maintenance wants on or off; see veeam --help.');
    }
    const connection = readConnection(values, env);
    const { config } = connection;
    if (config === undefined) {
      throw new UsageError('--config is missing: its bucket rules say what lives on which backend.');
    }
    const names = config.backends.map(({ name }) => name);
    const { backend } = values;
    if (backend === undefined || !names.includes(backend)) {
      const problem = backend === undefined ? 'is missing' : `"${backend}" is no backend of the config`;
      throw new UsageError(`--backend ${problem}: use ${names.join(', ')}.`);
    }
    const seconds = wholeNumber('deadline', values.deadline, { min: 1, max: 86_400 });
    const isOurs = ourEndpoint(values.endpoint, config);
    const record = await openMaintenanceRecord(config.stateDirectory.path);
    try {
      return await visitVbr(connection, async (visit) => {
        const task = {
          server: connection.vbr.url,
          backend,
          mode: values.sealed === true ? ('Sealed' as const) : ('Maintenance' as const),
          backendOf: createBackendOf(isOurs, createRuleOf(config.buckets)),
          record,
          deadlineMs: 1000 * (seconds ?? DEFAULT_DEADLINE_SECONDS),
          now: () => new Date(),
        };
        const report = direction === 'on' ? await switchOn(visit, task) : await switchOff(visit, task);
        stdout.write(values.json === true ? `${JSON.stringify(report, undefined, 2)}\n` : textOf(report));
        return report.failures.length === 0 ? 0 : 1;
      });
    } finally {
      record.close();
    }
  },
};

function textOf({ lines, failures }: MaintenanceReport): string {
  return [...lines, ...failures].map((line) => `${line}\n`).join('');
}
