// Someone who walks through a rehearsal: logs in, adds what others need, and waits for sessions.
import { type Answer, type Call, RehearsalCaller } from '../support/rehearsal-caller.ts';
import { waitFor } from '../support/wait.ts';

export interface WalkOptions {
  readonly url: string;
  readonly certPem: string;
  readonly userName: string;
  readonly password: string;
  readonly revision: string;
  /** An S3 store with SOSAPI. */
  readonly store: {
    readonly endpoint: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly buckets: readonly [string, string];
  };
}

export const API = '/api/v1';
export const REPOSITORIES = `${API}/backupInfrastructure/repositories`;
export const SCALE_OUTS = `${API}/backupInfrastructure/scaleOutRepositories`;
export const CREDENTIALS = `${API}/cloudCredentials`;
export const LICENSE = `${API}/license`;
export const STRANGER = '00000000-0000-4000-8000-000000000000';

type Rest = Omit<Call, 'method' | 'path'>;

export class Walker {
  readonly options: WalkOptions;
  readonly #caller: RehearsalCaller;

  constructor(options: WalkOptions) {
    this.options = options;
    this.#caller = new RehearsalCaller(options.url, options.certPem);
    this.#caller.headers = { 'x-api-version': options.revision };
  }

  /** Every answer until now. */
  get answers(): readonly Answer[] {
    return this.#caller.answers;
  }

  async step(method: string, path: string, rest: Rest = {}): Promise<Answer> {
    return await this.#caller.call({ method, path, ...rest });
  }

  /** With the password, and then with the refresh token that this gave. */
  async login(): Promise<void> {
    const { userName: username, password } = this.options;
    const first = await this.step('POST', '/api/oauth2/token', {
      form: { grant_type: 'password', username, password },
    });
    const second = await this.step('POST', '/api/oauth2/token', {
      form: { grant_type: 'refresh_token', refresh_token: textIn(first, 'refresh_token') },
    });
    this.#caller.headers = {
      ...this.#caller.headers,
      authorization: `Bearer ${textIn(second, 'access_token')}`,
    };
  }

  /** Waits for the end of the session in the answer; rejects where it failed. */
  async ended(answer: Answer): Promise<string> {
    const id = textIn(answer, 'id');
    const session = await waitFor(
      async () => {
        const now = await this.step('GET', `${API}/sessions/{id}`, { ids: { id } });
        return textIn(now, 'state') === 'Stopped' && now;
      },
      { what: `the session of ${answer.call.method} ${answer.call.path}` },
    );
    const { result } = session.json as { readonly result: { readonly result: string } };
    if (result.result === 'Failed') throw new Error(`${answer.call.path}: ${session.text}`);
    return id;
  }

  /** The id of the record, and the record. */
  async addCredentials(): Promise<readonly [string, Answer]> {
    const { accessKeyId, secretAccessKey } = this.options.store;
    const body = {
      type: 'Amazon',
      accessKey: accessKeyId,
      secretKey: secretAccessKey,
      description: 'of the walk',
    };
    const added = await this.step('POST', CREDENTIALS, { body });
    return [textIn(added, 'id'), added];
  }

  /** A repository in each of the two buckets; their ids. */
  async addRepositories(credentialsId: string): Promise<readonly [string, string]> {
    for (const [index, bucket] of this.options.store.buckets.entries()) {
      const body = await this.repositorySpec(`walk ${index}`, bucket, credentialsId);
      await this.ended(await this.step('POST', REPOSITORIES, { body, query: '?overwriteOwner=true' }));
    }
    const listed = await this.step('GET', REPOSITORIES, {
      query: '?skip=0&limit=10&orderColumn=Name&orderAsc=true',
    });
    const [first, second] = rowsOf<{ readonly id: string }>(listed);
    if (first === undefined || second === undefined) throw new Error(`not two repositories: ${listed.text}`);
    return [first.id, second.id];
  }

  /** The first is its performance tier, the second its capacity tier; with every setting that the documents show. */
  async addScaleOut([performance, capacity]: readonly [string, string]): Promise<string> {
    const { revision } = this.options;
    const isOld = revision < '1.3';
    const body = {
      name: 'walk',
      description: 'of the walk',
      performanceTier: {
        performanceExtents: [{ id: performance }],
        advancedSettings: { perVmBackup: true, fullWhenExtentOffline: false },
      },
      placementPolicy: {
        type: 'DataLocality',
        settings: [{ extentId: performance, ...(isOld ? {} : { name: 'walk 0' }), allowedBackups: 'All' }],
        enforceStrictPlacementPolicy: true,
      },
      capacityTier: capacityTier(capacity, revision),
      archiveTier: {
        isEnabled: false,
        archivePeriodDays: 30,
        advancedSettings: { costOptimizedArchiveEnabled: true, archiveDeduplicationEnabled: true },
      },
    };
    await this.ended(await this.step('POST', SCALE_OUTS, { body }));
    const [scaleOut] = rowsOf<{ readonly id: string }>(await this.step('GET', SCALE_OUTS));
    if (scaleOut === undefined) throw new Error('no scale-out repository');
    return scaleOut.id;
  }

  async repositorySpec(name: string, bucketName: string, credentialsId: string): Promise<unknown> {
    const { revision, store } = this.options;
    const { vbrId } = (await this.step('GET', `${API}/serverInfo`)).json as { readonly vbrId: string };
    return {
      type: 'S3Compatible',
      name,
      description: 'of the walk',
      uniqueId: name,
      taskLimitEnabled: true,
      maxTaskCount: 4,
      account: {
        servicePoint: store.endpoint,
        regionId: 'us-east-1',
        credentialsId,
        connectionSettings: { connectionType: 'Direct', gatewayServerIds: [] },
      },
      bucket: {
        bucketName,
        folderName: `walk-${revision}`,
        storageConsumptionLimit: { isEnabled: true, consumptionLimitCount: 1, consumptionLimitKind: 'TB' },
        immutability: {
          isEnabled: true,
          daysCount: 7,
          ...(revision < '1.3' ? {} : { immutabilityMode: 'RepositorySettings' }),
        },
      },
      mountServer: mountServer(revision, vbrId),
    };
  }
}

/** A field of the answer that must be there, as a text. */
export function textIn({ json, call, text }: Answer, field: string): string {
  const value = (json as Readonly<Record<string, unknown>> | undefined)?.[field];
  if (typeof value !== 'string') {
    throw new Error(`${call.method} ${call.path} answered no ${field}: ${text}`);
  }
  return value;
}

/** What a list has answered. */
export function rowsOf<Row>({ json }: Answer): readonly Row[] {
  return (json as { readonly data: readonly Row[] }).data;
}

function capacityTier(id: string, revision: string): unknown {
  const day = revision < '1.3-rev2' ? 'monday' : 'Monday';
  return {
    isEnabled: true,
    extents: [{ id }],
    offloadWindow: { days: [{ day, hours: '1,1,0' }] },
    ...(revision < '1.3' ? {} : { backupHealth: backupHealth(day) }),
    copyPolicyEnabled: true,
    movePolicyEnabled: true,
    operationalRestorePeriodDays: 14,
    overridePolicy: { isEnabled: true, overrideSpaceThresholdPercents: 90 },
    encryption: {
      isEnabled: false,
      encryptionType: 'ByUserPassword',
      encryptionPasswordId: STRANGER,
      encryptionPasswordUniqueId: 'none',
      kmsServerId: STRANGER,
    },
  };
}

function backupHealth(day: string): unknown {
  const localTime = '14:15:22Z';
  return {
    isEnabled: true,
    weekly: { isEnabled: false, days: [day], localTime },
    monthly: {
      isEnabled: true,
      dayOfWeek: day,
      dayNumberInMonth: 'First',
      dayOfMonth: 1,
      months: ['January'],
      localTime,
      isLastDayOfMonth: false,
    },
  };
}

function mountServer(revision: string, mountServerId: string): unknown {
  const server = {
    mountServerId,
    writeCacheFolder: 'C:\\ProgramData\\Veeam\\Backup\\IRCache\\',
    vPowerNFSEnabled: true,
    vPowerNFSPortSettings: { mountPort: 1058, vPowerNFSPort: 2049 },
  };
  if (revision < '1.3') return server;
  return revision < '1.3-rev2'
    ? { mountServerSettingsType: 'windows', windows: server }
    : { mountServerSettingsType: 'Windows', windows: server };
}
