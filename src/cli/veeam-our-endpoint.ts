// Which of Veeam's repositories are this gateway's, by what the command line and the config say of its address.
import { parseEndpoint } from '../config/endpoint.ts';
import type { GatewayConfig } from '../config/gateway-config.ts';
import { createIsOurEndpoint } from '../serve/veeam-endpoints.ts';
import { UsageError } from './arguments.ts';

/** `written`: after --endpoint. Throws UsageError. */
export function ourEndpoint(
  written: string | undefined,
  config: GatewayConfig | undefined,
): (servicePoint: string) => boolean {
  const named = written === undefined ? undefined : parseEndpoint(written);
  if (written !== undefined && named === undefined) {
    throw new UsageError(
      `--endpoint "${written}" is no http or https URL without path, such as https://s3.example.com:8443.`,
    );
  }
  if (config === undefined && named === undefined) {
    throw new UsageError(
      '--endpoint is missing: it is the URL of this gateway as Veeam reaches it, by which its repositories are known; a config by --config says it too.',
    );
  }
  const addresses = config ?? { hostNames: [], listeners: { s3: [] } };
  return createIsOurEndpoint(addresses, [named, config?.veeam?.endpoint]);
}
