// `capacity`: asks the gateway that runs how full its buckets are, and how it knows.
import { stdout } from 'node:process';
import { readCapacities, readHistory } from '../admin/capacity-answers.ts';
import type { CapacityAnswer, CapacityHistoryAnswer } from '../admin/capacity-schemas.ts';
import { type AskedGateway, askAdmin } from './admin-client.ts';
import { askedGateway } from './asked-gateway.ts';
import { explainCapacity } from './capacity-explanation.ts';
import { HISTORY_STEPS, renderHistory } from './capacity-history.ts';
import { renderCapacities } from './capacity-table.ts';

export interface CapacityCommand {
  readonly config: string | undefined;
  readonly bucket: string | undefined;
  /** The admin listener instead of the config's. */
  readonly admin: string | undefined;
  readonly tokenFile: string | undefined;
  readonly json: boolean;
  readonly history: boolean;
}

/** Resolves with the exit code: 0, as the gateway answered. Rejects with one sentence where it did not. */
export async function capacityCommand(command: CapacityCommand, env: NodeJS.ProcessEnv): Promise<number> {
  const gateway = await askedGateway({ ...command, 'token-file': command.tokenFile }, env);
  stdout.write(command.history ? await history(command, gateway) : await capacities(command, gateway));
  return 0;
}

async function capacities({ bucket, json }: CapacityCommand, gateway: AskedGateway): Promise<string> {
  const path = `/api/capacity${queryOf({ bucket })}`;
  const answer = await askAdmin({ ...gateway, path, read: readCapacities });
  const row = answer.capacities.find((each) => each.bucket === bucket);
  if (bucket !== undefined && row === undefined) {
    throw new Error(`the gateway at ${gateway.admin} knows nothing of a bucket "${bucket}".`);
  }
  if (json) return asJson(answer);
  return row === undefined ? renderCapacities(answer.capacities) : explainCapacity(row);
}

/** Of the last 7 days: that is what the gateway tells where no span is named. */
async function history({ bucket, json }: CapacityCommand, gateway: AskedGateway): Promise<string> {
  const isTerminal = stdout.isTTY === true;
  const query = queryOf({ bucket, step: isTerminal ? HISTORY_STEPS.drawn : HISTORY_STEPS.listed });
  const answer = await askAdmin({ ...gateway, path: `/api/capacity/history${query}`, read: readHistory });
  return json ? asJson(answer) : renderHistory(answer, isTerminal);
}

function queryOf(parameters: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as [string, string]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

function asJson(answer: CapacityAnswer | CapacityHistoryAnswer): string {
  return `${JSON.stringify(answer, undefined, 2)}\n`;
}
