#!/usr/bin/env node
// The command line: finds the sub-command, and turns what went wrong into one sentence and an exit code.
import { argv, env, stderr, stdout } from 'node:process';
import { ConfigError, formatConfigError } from '../config/problem.ts';
import { readVersion } from '../serve/version.ts';
import { parseCommand, USAGE, UsageError } from './arguments.ts';
import { auditCommand } from './audit.ts';
import { benchCommand } from './bench.ts';
import { capacityCommand } from './capacity.ts';
import { checkCommand } from './check.ts';
import { configDiffCommand } from './config-diff.ts';
import { drainCommand, endpointsCommand, undrainCommand } from './endpoints.ts';
import { reloadCommand } from './reload.ts';
import { serveCommand } from './serve.ts';
import { tokenCommand } from './token.ts';
import { topCommand } from './top.ts';
import { verifyCommand } from './verify.ts';

/** 2 for what the caller can mend in the command or the config, 1 for everything else. */
async function run(): Promise<number> {
  try {
    const command = parseCommand(argv.slice(2), env);
    switch (command.name) {
      case 'help':
        stdout.write(USAGE);
        return 0;
      case 'version':
        stdout.write(`${readVersion()}\n`);
        return 0;
      case 'serve':
        return await serveCommand(command.config, env);
      case 'check':
        return await checkCommand(command.config, env, command.json);
      case 'verify':
        return await verifyCommand(command, env);
      case 'capacity':
        return await capacityCommand(command, env);
      case 'audit':
        return await auditCommand(command.args);
      case 'endpoints':
        return await endpointsCommand(command.args, env);
      case 'drain':
        return await drainCommand(command.args, env);
      case 'undrain':
        return await undrainCommand(command.args, env);
      case 'reload':
        return await reloadCommand(command.args, env);
      case 'config':
        return await configDiffCommand(command.args, env);
      case 'top':
        return await topCommand(command.args, env);
      case 'token':
        return tokenCommand(command.args);
      case 'bench':
        return await benchCommand(command.args, env);
      case 'veeam':
        // A gateway that serves needs none of it, the rehearsal server least of all.
        return await (await import('./veeam.ts')).veeamCommand(command.args, env);
    }
  } catch (error) {
    if (error instanceof ConfigError) {
      stderr.write(`${formatConfigError(error)}\n`);
      return 2;
    }
    stderr.write(`sosapi-gateway: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

process.exitCode = await run();
