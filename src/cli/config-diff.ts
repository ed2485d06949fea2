// `config diff`: what another config would change, against a second file or against the gateway that runs.
import { stderr, stdout } from 'node:process';
import { readSettings } from '../admin/reload-answers.ts';
import { differencesOf } from '../config/difference.ts';
import { type ConfigDescription, describeConfig, HIDDEN } from '../config/difference-description.ts';
import { restartNeeded } from '../config/difference-restart.ts';
import { loadConfig } from '../config/load.ts';
import { type AskedGateway, askAdmin } from './admin-client.ts';
import { renderChanges } from './config-changes.ts';
import { readDiffArguments } from './reload-arguments.ts';
import { troubled } from './troubled.ts';

const NOT_COMPARED = 'The gateway tells no secrets, so whether one differs is not known.\n';

/** Resolves with the exit code, as diff(1) has it: 0 where nothing differs, 1 where something does, 2 for trouble. */
export function configDiffCommand(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return troubled(async () => {
    const { config, with: other, json } = await readDiffArguments(args, env);
    const isFile = 'file' in other;
    const read = describeConfig(loadConfig({ file: config, env }).tree);
    const before = isFile ? describeConfig(loadConfig({ file: other.file, env }).tree) : await ask(other);
    const after = isFile ? read : withoutSecrets(read);
    const changes = differencesOf(before, after);
    const restart = restartNeeded(changes, { before, after }).map(({ path }) => path);
    if (!isFile) stderr.write(NOT_COMPARED);
    stdout.write(
      json ? `${JSON.stringify({ changes, restart }, undefined, 2)}\n` : renderDifference(changes, restart),
    );
    return changes.length === 0 ? 0 : 1;
  });
}

function renderDifference(changes: Parameters<typeof renderChanges>[0], restart: readonly string[]): string {
  if (changes.length === 0) return 'Nothing differs.\n';
  const can =
    restart.length === 0
      ? 'A reload can change all of it.'
      : 'A reload is refused as a whole: restart the gateway for what is marked.';
  return `${renderChanges(changes, new Set(restart))}\n${can}\n`;
}

async function ask(gateway: AskedGateway): Promise<ConfigDescription> {
  const { settings } = await askAdmin({ ...gateway, path: '/api/config', read: readSettings });
  return new Map(settings.map(({ path, value }) => [path, value]));
}

function withoutSecrets(description: ConfigDescription): ConfigDescription {
  return new Map([...description].map(([path, value]) => [path, typeof value === 'string' ? value : HIDDEN]));
}
