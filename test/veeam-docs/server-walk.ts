// A walk through every path of the VBR port of a rehearsal, in one revision: what it answers where all is well, and where not.
import { LICENSE_HEADING } from '../../src/rehearse/license/license-file.ts';
import type { Answer } from '../support/rehearsal-caller.ts';
import {
  API,
  CREDENTIALS,
  LICENSE,
  REPOSITORIES,
  rowsOf,
  SCALE_OUTS,
  STRANGER,
  Walker,
  type WalkOptions,
} from './server-walker.ts';

/** Every answer, in the order of the calls. Rejects where a step that others need goes wrong. */
export async function walk(options: WalkOptions): Promise<readonly Answer[]> {
  const walker = new Walker(options);
  await walkLogin(walker);
  const credentialsId = await walkCredentials(walker);
  await walkBrowser(walker, credentialsId);
  const extents = await walkRepositories(walker, credentialsId);
  const scaleOut = await walkScaleOuts(walker, extents);
  await walkSessions(walker);
  await walkLicense(walker, extents[0]);
  const gone = [
    [SCALE_OUTS, scaleOut],
    [REPOSITORIES, extents[0]],
    [REPOSITORIES, extents[1]],
    [CREDENTIALS, credentialsId],
    [SCALE_OUTS, STRANGER],
    [REPOSITORIES, STRANGER],
    [CREDENTIALS, STRANGER],
  ] as const;
  for (const [path, id] of gone) await walker.step('DELETE', `${path}/{id}`, { ids: { id } });
  await walker.step('POST', '/api/oauth2/logout');
  await walker.step('GET', LICENSE);
  return walker.answers;
}

async function walkLogin(walker: Walker): Promise<void> {
  await walker.step('GET', `${API}/serverTime`);
  await walker.step('GET', `${API}/serverCertificate`);
  await walker.step('GET', LICENSE);
  await walker.step('POST', '/api/oauth2/token', {
    form: { grant_type: 'password', username: 'x', password: 'y' },
  });
  await walker.step('POST', '/api/oauth2/token', { form: { grant_type: 'nothing' } });
  await walker.login();
  await walker.step('GET', `${API}/serverInfo`);
}

async function walkCredentials(walker: Walker): Promise<string> {
  const [id, added] = await walker.addCredentials();
  const ids = { id };
  await walker.step('POST', CREDENTIALS, { body: { type: 'Amazon' } });
  await walker.step('GET', CREDENTIALS);
  await walker.step('GET', `${CREDENTIALS}/{id}`, { ids });
  await walker.step('GET', `${CREDENTIALS}/{id}`, { ids: { id: STRANGER } });
  const edited = { ...(added.json as object), description: 'edited' };
  await walker.step('PUT', `${CREDENTIALS}/{id}`, { ids, body: edited });
  await walker.step('POST', `${CREDENTIALS}/{id}/changeSecretKey`, {
    ids,
    body: { newSecretKey: walker.options.store.secretAccessKey },
  });
  return id;
}

async function walkBrowser(walker: Walker, credentialsId: string): Promise<void> {
  const { store, revision } = walker.options;
  const browse = {
    credentialsId,
    serviceType: 'S3Compatible',
    regionId: 'us-east-1',
    servicePoint: store.endpoint,
    connectionPoint: store.endpoint,
  };
  await walker.step('POST', `${API}/cloudBrowser`, { body: browse });
  await walker.step('POST', `${API}/cloudBrowser`, { body: { credentialsId } });
  const [bucketName] = store.buckets;
  const folder = `made-in-${revision}`;
  await walker.step('POST', `${API}/cloudBrowser/newFolder`, {
    body: { ...browse, bucketName, containerName: bucketName, newFolderName: folder, folderName: folder },
  });
}

async function walkRepositories(walker: Walker, credentialsId: string): Promise<readonly [string, string]> {
  const extents = await walker.addRepositories(credentialsId);
  const [id] = extents;
  const [bucket] = walker.options.store.buckets;
  const again = await walker.repositorySpec('walk 0', bucket, credentialsId);
  await walker.step('POST', REPOSITORIES, { body: again });
  await walker.step('POST', REPOSITORIES, { body: { type: 'S3Compatible' } });
  const { json: body } = await walker.step('GET', `${REPOSITORIES}/{id}`, { ids: { id } });
  await walker.step('GET', `${REPOSITORIES}/{id}`, { ids: { id: STRANGER } });
  await walker.ended(await walker.step('PUT', `${REPOSITORIES}/{id}`, { ids: { id }, body }));
  await walker.step('PUT', `${REPOSITORIES}/{id}`, { ids: { id }, body: {} });
  await walker.step('PUT', `${REPOSITORIES}/{id}`, { ids: { id: STRANGER }, body });
  await walker.ended(await walker.step('POST', `${REPOSITORIES}/rescan`, { body: { repositoryIds: [id] } }));
  await walker.step('POST', `${REPOSITORIES}/rescan`, { body: { repositoryIds: [STRANGER] } });
  await walker.step('POST', `${REPOSITORIES}/rescan`, { body: {} });
  await walker.step('GET', `${REPOSITORIES}/states`, { query: '?idFilter=nothing' });
  return extents;
}

async function walkScaleOuts(walker: Walker, extents: readonly [string, string]): Promise<string> {
  const id = await walker.addScaleOut(extents);
  const ids = { id };
  await walker.step('POST', SCALE_OUTS, { body: {} });
  await walker.step('GET', `${REPOSITORIES}/states`);
  const { json: body } = await walker.step('GET', `${SCALE_OUTS}/{id}`, { ids });
  await walker.step('GET', `${SCALE_OUTS}/{id}`, { ids: { id: STRANGER } });
  await walker.ended(await walker.step('PUT', `${SCALE_OUTS}/{id}`, { ids, body }));
  await walker.step('PUT', `${SCALE_OUTS}/{id}`, { ids, body: {} });
  await walker.step('PUT', `${SCALE_OUTS}/{id}`, { ids: { id: STRANGER }, body });
  for (const mode of [
    'enableSealedMode',
    'disableSealedMode',
    'enableMaintenanceMode',
    'disableMaintenanceMode',
  ]) {
    const path = `${SCALE_OUTS}/{id}/${mode}`;
    await walker.ended(await walker.step('POST', path, { ids, body: { repositoryIds: [extents[0]] } }));
    await walker.step('GET', `${SCALE_OUTS}/{id}`, { ids });
    await walker.step('POST', path, { ids, body: {} });
  }
  return id;
}

async function walkSessions(walker: Walker): Promise<void> {
  const listed = await walker.step('GET', `${API}/sessions`, {
    query: '?orderColumn=CreationTime&orderAsc=false',
  });
  const id = rowsOf<{ readonly id: string }>(listed)[0]?.id ?? '';
  await walker.step('GET', `${API}/sessions/{id}`, { ids: { id: STRANGER } });
  for (const below of ['logs', 'taskSessions']) {
    await walker.step('GET', `${API}/sessions/{id}/${below}`, { ids: { id } });
  }
  await walker.step('GET', `${API}/sessions/{id}/logs`, { ids: { id: STRANGER } });
  await walker.step('POST', `${API}/sessions/{id}/stop`, { ids: { id } });
  await walker.step('POST', `${API}/sessions/{id}/stop`, { ids: { id: STRANGER } });
}

async function walkLicense(walker: Walker, repositoryId: string): Promise<void> {
  const post = async (path: string, body?: unknown, ids?: Readonly<Record<string, string>>) =>
    await walker.step('POST', `${LICENSE}${path}`, {
      ...(body === undefined ? {} : { body }),
      ...(ids === undefined ? {} : { ids }),
    });
  await walker.step('GET', LICENSE);
  const sockets = await walker.step('GET', `${LICENSE}/sockets`, {
    query: '?skip=0&limit=5&orderColumn=CoresNumber',
  });
  await walker.step('GET', `${LICENSE}/sockets`, { query: '?limit=x' });
  const instances = await walker.step('GET', `${LICENSE}/instances`, {
    query: '?orderColumn=UsedInstancesNumber',
  });
  await walker.step('GET', `${LICENSE}/capacity`);
  const [host] = rowsOf<{ readonly hostId: string }>(sockets);
  const agent = rowsOf<{ readonly instanceId: string; readonly type: string }>(instances).find(
    ({ type }) => type === 'Server',
  );
  const instance = { instanceId: agent?.instanceId ?? '' };
  await post('/sockets/{hostId}/revoke', undefined, { hostId: host?.hostId ?? '' });
  await post('/sockets/{hostId}/revoke', undefined, { hostId: STRANGER });
  await post('/instances/{instanceId}/revoke', undefined, instance);
  await post('/instances/{instanceId}/revoke', undefined, instance);
  await post('/instances/{instanceId}/assign', { role: 'Workstation' }, instance);
  await post('/instances/{instanceId}/assign', { role: 'King' }, instance);
  if (walker.options.revision >= '1.3') {
    await post('/instances/{instanceId}/remove', undefined, instance);
    await post('/instances/{instanceId}/remove', undefined, instance);
  }
  await post('/capacity/{instanceId}/revoke', undefined, { instanceId: repositoryId });
  await post('/capacity/{instanceId}/revoke', undefined, { instanceId: STRANGER });
  for (const reportFormat of ['Html', 'Pdf', 'Json', 'Csv']) await post('/createReport', { reportFormat });
  await post('/autoupdate', { enabled: true, proactiveSupportEnabled: true });
  await post('/autoupdate', {});
  await post('/agentConsumption', { enabled: true });
  await post('/agentConsumption', { enabled: 'yes' });
  await post('/update');
  await post('/renew', { forceStandaloneMode: true });
  await post('/remove', { section: 'Socket' });
  await post('/remove', { section: 'Socket' });
  await post('/remove', {});
  await post('/renew', {});
  await walker.step('GET', LICENSE);
  const file = `${LICENSE_HEADING}\nlicensed-to: the walk\nexpires: 2999-12-31\ninstances: 5\npromo-instances: 1\npromo-expires: 2999-12-31\n`;
  await post('/install', {
    license: Buffer.from(file).toString('base64'),
    promo: { overwriteExisting: true },
  });
  await post('/install', { license: '' });
}
