// `reload`: has the gateway that runs read its config again, and prints what came of it.
import { stderr, stdout } from 'node:process';
import { type ReloadAnswer, readReload } from '../admin/reload-answers.ts';
import { askAdmin, oneLine } from './admin-client.ts';
import { renderChanges } from './config-changes.ts';
import { readReloadArguments } from './reload-arguments.ts';
import { troubled } from './troubled.ts';

/** Resolves with the exit code: 0 where the gateway runs on what the config says now, 1 where it refused it, 2 for trouble. */
export function reloadCommand(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return troubled(async () => {
    const { json, admin, token } = await readReloadArguments(args, env);
    const answer = await askAdmin({
      admin,
      token,
      path: '/api/reload',
      method: 'POST',
      body: {},
      read: readReload,
    });
    const isGood = answer.result === 'applied' || answer.result === 'unchanged';
    if (json) stdout.write(`${JSON.stringify(answer, undefined, 2)}\n`);
    else (isGood ? stdout : stderr).write(renderReload(answer));
    return isGood ? 0 : 1;
  });
}

const SENTENCES: Readonly<Record<ReloadAnswer['result'], string>> = {
  applied: 'The gateway runs on the changed config:',
  unchanged: 'The config says what it said before.',
  invalid: 'The config cannot be used; the gateway goes on with the one it has:',
  'needs-restart':
    'The config changes what only a restart can; nothing of it is served, and the gateway goes on with the one it has:',
  failed: 'The config could not be put to work; the gateway goes on with the one it has:',
};

export function renderReload({ result, changes, problems }: ReloadAnswer): string {
  const lines = problems.map((problem) => `  ${oneLine(problem)}\n`).join('');
  return `${SENTENCES[result]}\n${lines}${changes.length === 0 ? '' : `\n${renderChanges(changes)}`}`;
}
