// How the uploads of a client were proven, as the gateway's access log tells.
import type { GatewayProcess, LogLine } from '../../support/gateway-process.ts';
import { bucketName } from '../../support/s3-clients.ts';
import { waitFor } from '../../support/wait.ts';

const UPLOADS: ReadonlySet<unknown> = new Set(['PutObject', 'UploadPart']);

export interface Uploads {
  /** The modes of the uploads with these keys, sorted, each once. */
  modes(of: (key: string) => boolean): readonly string[];
}

/** Presigned uploads are not among them: their mode is in no header. */
export async function payloadsOf(gateway: GatewayProcess, bucket: string): Promise<Uploads> {
  const uploads = (await linesOf(gateway, bucket)).filter(
    (line) => UPLOADS.has(line['operation']) && line['status'] === 200 && line['payload'] !== undefined,
  );
  return {
    modes: (of) =>
      [
        ...new Set(uploads.filter((line) => of(String(line['key']))).map((line) => String(line['payload']))),
      ].sort(),
  };
}

/** The last of the answers that were no success, for the message of a failed test. */
export async function refusalsOf(gateway: GatewayProcess, bucket: string): Promise<string> {
  const refused = (await linesOf(gateway, bucket)).filter((line) => Number(line['status']) >= 400);
  return refused
    .slice(-10)
    .map((line) => JSON.stringify(line))
    .join('\n');
}

/** Everything that was answered before the call is among them. */
async function linesOf(gateway: GatewayProcess, bucket: string): Promise<readonly LogLine[]> {
  const sentinel = bucketName('sentinel');
  await fetch(`${gateway.endpoint}/${sentinel}`);
  await waitFor(() => gateway.logs().some((line) => line['bucket'] === sentinel), {
    what: 'the access log to hold our own request',
    everyMs: 20,
  });
  return gateway.logs().filter((line) => line['bucket'] === bucket);
}
