// `veeam` and its sub-commands.
import { type CommandGroup, runSubCommand } from './sub-commands.ts';
import { veeamAddRepository } from './veeam-add-repository.ts';
import { CONNECTION_USAGE } from './veeam-arguments.ts';
import { veeamCapacity } from './veeam-capacity.ts';
import { veeamLicense } from './veeam-license.ts';
import { veeamMaintenance } from './veeam-maintenance.ts';
import { veeamOne } from './veeam-one.ts';
import { veeamRehearse } from './veeam-rehearse.ts';
import { veeamRepositories } from './veeam-repositories.ts';
import { veeamServer } from './veeam-server.ts';
import { veeamSessions } from './veeam-sessions.ts';
import { veeamSobr } from './veeam-sobr.ts';

const SUB_COMMANDS: CommandGroup['commands'] = {
  'add-repository': veeamAddRepository,
  capacity: veeamCapacity,
  maintenance: veeamMaintenance,
  repositories: veeamRepositories,
  sobr: veeamSobr,
  license: veeamLicense,
  sessions: veeamSessions,
  rehearse: veeamRehearse,
  server: veeamServer,
  one: veeamOne,
};

const VEEAM: CommandGroup = {
  name: 'veeam',
  commands: SUB_COMMANDS,
  head: "sosapi-gateway veeam: puts the gateway's buckets into Veeam, and shows what Veeam makes of them",
  foot: `${CONNECTION_USAGE}
Exit code: 0 done, 1 Veeam refused or something failed, 2 the command or the config is not as it must be.
`,
};

/** Rejects with UsageError where the caller can mend it, with a VeeamError where Veeam refused. */
export function veeamCommand(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return runSubCommand(VEEAM, args, env);
}
