// `veeam capacity`: what the store says, what capacity.xml said, and what Veeam believes, in one table.

import { stderr, stdout } from 'node:process';
import { readCapacities } from '../admin/capacity-answers.ts';
import type { CapacityRow } from '../admin/capacity-schemas.ts';
import type { VeeamServerConfig } from '../config/gateway-config.ts';
import { compare, comparisonRow, type VeeamRepository } from '../serve/veeam-comparison.ts';
import { askOne, askVbr, visitOne, withOne } from '../serve/veeam-questions.ts';
import { adminAddress } from './admin-address.ts';
import { type AskedGateway, askAdmin } from './admin-client.ts';
import { readAdminToken } from './admin-token.ts';
import { parseSubArgs, type SubCommand } from './sub-commands.ts';
import {
  CONNECTION_OPTIONS,
  noMoreVeeamWords,
  ONE_OPTIONS,
  readConnection,
  readOneServer,
} from './veeam-arguments.ts';
import { renderComparisons } from './veeam-capacity-table.ts';
import { pinned, visitVbr } from './veeam-connect.ts';
import { ourEndpoint } from './veeam-our-endpoint.ts';

const OPTIONS = {
  ...CONNECTION_OPTIONS,
  ...ONE_OPTIONS,
  endpoint: { type: 'string' },
  admin: { type: 'string' },
  'token-file': { type: 'string' },
} as const;

export const veeamCapacity: SubCommand = {
  usage: `  veeam capacity [BUCKET] [--admin URL] [--token-file FILE] [--endpoint URL of this gateway as Veeam reaches it]
      [--one URL [--one-user NAME] [--one-password-file FILE] [--one-fingerprint SHA256 | --one-ca FILE]]
    one table: what the store says, what capacity.xml said, what Veeam and Veeam ONE believe, when, and the difference.
`,

  async run(args, env) {
    const { values, positionals } = parseSubArgs('veeam', args, OPTIONS);
    const [bucket, ...more] = positionals;
    noMoreVeeamWords(more);
    const connection = readConnection(values, env);
    const one = readOneServer(values, connection);
    const isOurs = ourEndpoint(values.endpoint, connection.config);
    const gateway = {
      admin: await adminAddress({ admin: values.admin, config: connection.configFile, env }),
      token: readAdminToken(values['token-file'], env),
    };
    return await visitVbr(connection, async ({ client }) => {
      const all = await askVbr(client, isOurs, Date.now);
      const ours = bucket === undefined ? all : all.filter((each) => each.bucket === bucket);
      const believed = await askOneToo(ours, one, connection.timeoutMs);
      const rows = await rowsOf(ours, gateway);
      const comparisons = believed.repositories.map((each) => compare(each, rows.get(each.bucket)));
      if (values.json === true) {
        stdout.write(`${JSON.stringify({ repositories: comparisons.map(comparisonRow) }, undefined, 2)}\n`);
      } else if (comparisons.length === 0) {
        stdout.write(noneText(bucket));
      } else {
        stdout.write(renderComparisons(comparisons, Date.now()));
      }
      if (believed.failure === undefined) return 0;
      stderr.write(`sosapi-gateway: Veeam ONE was not asked: ${believed.failure}\n`);
      return 1;
    });
  },
};

function noneText(bucket: string | undefined): string {
  const what = bucket === undefined ? 'bucket of this gateway' : `bucket ${bucket} of this gateway`;
  return `No repository of Veeam's is a ${what}: add one with "veeam add-repository", or say by --endpoint how Veeam reaches it.\n`;
}

/** What Veeam ONE does not answer does not keep the rest from being shown. */
async function askOneToo(
  repositories: readonly VeeamRepository[],
  one: VeeamServerConfig | undefined,
  timeoutMs: number,
): Promise<{ readonly repositories: readonly VeeamRepository[]; readonly failure?: string }> {
  if (one === undefined) return { repositories };
  try {
    const numbers = await visitOne(one, timeoutMs, (client) => askOne(client, Date.now));
    return { repositories: withOne(repositories, numbers) };
  } catch (error) {
    const shown = pinned(error, 'one-fingerprint');
    return { repositories, failure: shown instanceof Error ? shown.message : String(shown) };
  }
}

async function rowsOf(
  repositories: readonly VeeamRepository[],
  gateway: AskedGateway,
): Promise<ReadonlyMap<string, CapacityRow | undefined>> {
  const rows = new Map<string, CapacityRow | undefined>();
  for (const { bucket } of repositories) {
    if (rows.has(bucket)) continue;
    const path = `/api/capacity?${new URLSearchParams({ bucket })}`;
    const { capacities } = await askAdmin({ ...gateway, path, read: readCapacities });
    rows.set(
      bucket,
      capacities.find((row) => row.bucket === bucket),
    );
  }
  return rows;
}
