// Actions of a section: what belongs to which, and what is refused before anything is asked.
import { describe, expect, test } from 'vitest';
import { veeamLicense } from '../../../src/cli/veeam-license.ts';
import { veeamRepositories } from '../../../src/cli/veeam-repositories.ts';
import { pick } from '../../../src/cli/veeam-section.ts';
import { veeamSessions } from '../../../src/cli/veeam-sessions.ts';
import { veeamSobr } from '../../../src/cli/veeam-sobr.ts';

describe('refused', () => {
  test.each([
    [veeamRepositories, ['forget'], 'has no action "forget": use list, show'],
    [veeamRepositories, ['list', 'a'], '"a" is one word too many'],
    [veeamRepositories, ['show'], 'wants a name or an id'],
    [
      veeamRepositories,
      ['list', '--delete-backups'],
      '--delete-backups does not go with veeam repositories list',
    ],
    [veeamRepositories, ['show', 'a', '--query', 'limit=1'], '--query does not go with'],
    [
      veeamRepositories,
      ['remove', 'a'],
      'removes a repository from Veeam, which cannot be undone: say --yes',
    ],
    [veeamRepositories, ['list', '--query', 'owner=me'], 'is no parameter of veeam repositories list'],
    [veeamRepositories, ['list', '--query', 'limit'], 'write PARAMETER=VALUE'],
    [veeamRepositories, ['list', '--query', 'limit=many'], 'limit=many is no number'],
    [veeamRepositories, ['list', '--query', 'orderAsc=up'], 'neither true nor false'],
    [veeamRepositories, ['list', '--query', 'limit=1', '--query', 'limit=2'], 'more than once'],
    [veeamSobr, ['maintenance', 'up', 'a'], 'has no action "maintenance"'],
    [veeamSobr, ['show', 'a', '--extent', 'b'], '--extent does not go with veeam sobr show'],
    [veeamSessions, ['stop', 'a'], 'ends a session in its midst'],
    [veeamSessions, ['wait', 'a', '--deadline', '0'], '--deadline "0" is no whole number'],
    [veeamLicense, ['sockets', 'revoke', 'a'], 'takes its licence from a host'],
    [veeamLicense, ['--frobnicate'], "Unknown option '--frobnicate'"],
  ])('%# %j', async (command, args, message) => {
    await expect(command.run(args, {})).rejects.toThrow(message);
  });
});

test('every action is in the help', () => {
  expect(veeamSobr.usage).toContain('maintenance on NAME');
  expect(veeamLicense.usage).toContain('instances assign INSTANCE-ID --role Workstation|Server');
});

describe('one of several', () => {
  const items = [
    { id: '1', name: 'a' },
    { id: '2', name: 'b' },
    { id: '3', name: 'b' },
  ];
  test('by its name or its id', () => {
    expect(pick(items, 'a', 'repository').id).toBe('1');
    expect(pick(items, '3', 'repository').id).toBe('3');
  });
  test.each([
    ['c', 'Veeam has no repository with the name or id "c"'],
    ['b', 'name one by its id: 2, 3'],
  ])('%s', (word, message) => {
    expect(() => pick(items, word, 'repository')).toThrow(message);
  });
});
