// Opens connections to stores with the credentials that are kept.

import type { CloudCredentialsTable } from '../state/cloud-credentials-table.ts';
import type { RepositoryAccount } from '../state/repository-record.ts';
import { S3Connection } from './s3-connection.ts';
import { servicePointUrl } from './service-point.ts';
import { StorageFailure } from './storage-failure.ts';

export interface StorageConnectorOptions {
  readonly credentials: CloudCredentialsTable;
  /** PEM. */
  readonly ca: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export class StorageConnector {
  readonly #options: StorageConnectorOptions;

  constructor(options: StorageConnectorOptions) {
    this.#options = options;
  }

  /** Runs the work over a connection that ends with it. Rejects with StorageFailure where none can be made. */
  async use<Result>(
    account: Pick<RepositoryAccount, 'servicePoint' | 'regionId' | 'credentialsId'>,
    work: (connection: S3Connection) => Promise<Result>,
  ): Promise<Result> {
    const { credentials, ca, now } = this.#options;
    const found = credentials.get(account.credentialsId);
    if (found === undefined) {
      throw new StorageFailure(`The cloud credentials ${account.credentialsId} are not there any more.`);
    }
    const endpoint = servicePointUrl(account.servicePoint);
    if (endpoint === undefined) {
      throw new StorageFailure(`The service point "${account.servicePoint}" is no address of a store.`);
    }
    const { accessKey, secretKey } = found;
    const connection = new S3Connection({
      endpoint,
      region: account.regionId,
      accessKey,
      secretKey,
      ca,
      now,
    });
    try {
      return await work(connection);
    } finally {
      connection.close();
    }
  }
}
