// `veeam server`: whether the server can be reached and logged in to, and what it says of itself.

import { stdout } from 'node:process';
import { oneLine } from './admin-client.ts';
import { parseSubArgs, type SubCommand } from './sub-commands.ts';
import { CONNECTION_OPTIONS, noMoreVeeamWords, readConnection } from './veeam-arguments.ts';
import { visitVbr } from './veeam-connect.ts';

export const veeamServer: SubCommand = {
  usage: `  veeam server
    logs in and shows the server's time, name, build, revision of the API, and certificate: a first try of a connection.
`,

  async run(args, env) {
    const { values, positionals } = parseSubArgs('veeam', args, CONNECTION_OPTIONS);
    noMoreVeeamWords(positionals);
    const connection = readConnection(values, env);
    return await visitVbr(connection, async ({ client }) => {
      const info = await client.serverInfo();
      const time = await client.serverTime();
      const certificate = await client.serverCertificate();
      const { revision } = client;
      if (values.json === true) {
        stdout.write(`${JSON.stringify({ revision, info, time, certificate }, undefined, 2)}\n`);
        return 0;
      }
      const lines: readonly (readonly [label: string, text: string])[] = [
        ['server', info.name],
        ['build', info.buildVersion],
        ['revision', revision],
        ['time', `${time.serverTime} ${time.timeZone ?? ''}`],
        ['certificate', `${certificate.subject}, valid until ${certificate.validBy}`],
      ];
      stdout.write(lines.map(([label, text]) => `${label.padEnd(12)} ${oneLine(text).trim()}\n`).join(''));
      return 0;
    });
  },
};
