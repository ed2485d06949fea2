// How a license call changes the state: pure functions, each from one state to the next.
import { badRequest } from '../http/rest-error.ts';
import type {
  CapacityUser,
  InstanceWorkload,
  License,
  LicenseState,
  Role,
  SocketWorkload,
} from './license-state.ts';

/** The document's LicenseInstallationPromoSpec. */
export interface PromoSettings {
  readonly overwriteExisting?: boolean;
  readonly enableAutoUpdate?: boolean;
  readonly installWithoutPromo?: boolean;
}

export type Section = 'All' | 'Instance' | 'Socket';

/** A change that also answers with the workload it was about, as it is afterwards. */
export interface WorkloadChange<T> {
  readonly state: LicenseState;
  readonly workload: T;
}

/**
 * Replaces the license. Promo instances are granted on top only where they do not silently replace others:
 * with a promo already there the caller says `overwriteExisting` or `installWithoutPromo`.
 */
export function install(state: LicenseState, license: License, promo: PromoSettings = {}): LicenseState {
  const keepsPromo = promo.installWithoutPromo !== true;
  if (license.promo !== undefined && keepsPromo) {
    if (state.license?.promo !== undefined && promo.overwriteExisting !== true) {
      throw badRequest(
        'A license with promo instances is installed: set promo.overwriteExisting or promo.installWithoutPromo.',
      );
    }
    if (!state.autoUpdateEnabled && promo.enableAutoUpdate !== true) {
      throw badRequest('Promo instances need the automatic update: set promo.enableAutoUpdate.');
    }
  }
  return {
    ...state,
    license: keepsPromo ? license : { ...license, promo: undefined },
    autoUpdateEnabled: state.autoUpdateEnabled || promo.enableAutoUpdate === true,
  };
}

export function remove(state: LicenseState, section: Section): LicenseState {
  const { license } = state;
  if (license === undefined) throw badRequest('No license is installed.');
  if (section === 'All') return { ...state, license: undefined, sockets: [] };
  const has = section === 'Socket' ? license.sockets : license.instances;
  if (has === undefined) throw badRequest(`The installed license has no section ${section}.`);
  const rest: License =
    section === 'Socket'
      ? { ...license, sockets: undefined }
      : { ...license, instances: undefined, promo: undefined };
  const isEmpty = rest.sockets === undefined && rest.instances === undefined && rest.capacityTb === undefined;
  return {
    ...state,
    license: isEmpty ? undefined : rest,
    sockets: section === 'Socket' ? [] : state.sockets,
  };
}

export function setAutoUpdate(
  state: LicenseState,
  enabled: boolean,
  proactive: boolean | undefined,
): LicenseState {
  return {
    ...state,
    autoUpdateEnabled: enabled,
    proactiveSupportEnabled: proactive ?? state.proactiveSupportEnabled,
  };
}

/** Takes the license off the host: it is answered once more, and no longer listed. */
export function revokeSocket(state: LicenseState, hostId: string): WorkloadChange<SocketWorkload> {
  const workload = state.sockets.find((one) => one.hostId === hostId.toLowerCase());
  if (workload === undefined) throw badRequest(`No licensed host has the id ${hostId}.`);
  return { state: { ...state, sockets: state.sockets.filter((one) => one !== workload) }, workload };
}

/** A revoked workload stays listed and consumes nothing until it is assigned one again. */
export function revokeInstance(state: LicenseState, instanceId: string): WorkloadChange<InstanceWorkload> {
  const before = instanceOf(state, instanceId);
  if (before.usedInstancesNumber === 0) {
    throw badRequest(`The workload ${before.name} has no license to revoke.`);
  }
  return replaced(state, before, { ...before, usedInstancesNumber: 0 });
}

/** A workstation consumes a third of an instance, a server one (Veeam's licensing policy). */
export function assignInstance(
  state: LicenseState,
  instanceId: string,
  role: Role,
): WorkloadChange<InstanceWorkload> {
  const before = agentOf(state, instanceId);
  return replaced(state, before, {
    ...before,
    type: role,
    displayName: role,
    platformType: `${before.platformType.startsWith('Linux') ? 'Linux' : 'Windows'}${role}`,
    usedInstancesNumber: role === 'Workstation' ? 0.33 : 1,
  });
}

export function removeInstance(state: LicenseState, instanceId: string): WorkloadChange<InstanceWorkload> {
  const workload = agentOf(state, instanceId);
  return { state: { ...state, instances: state.instances.filter((one) => one !== workload) }, workload };
}

export function revokeCapacity(
  state: LicenseState,
  users: readonly CapacityUser[],
  instanceId: string,
): WorkloadChange<CapacityUser> {
  const workload = users.find((user) => user.repositoryId === instanceId.toLowerCase());
  if (workload === undefined)
    throw badRequest(`No workload of the capacity license has the id ${instanceId}.`);
  const { repositoryId, usedBytes } = workload;
  const others = state.revokedCapacity.filter((one) => one.repositoryId !== repositoryId);
  return {
    state: { ...state, revokedCapacity: [...others, { repositoryId, usedBytes }] },
    workload: { ...workload, usedBytes: 0n },
  };
}

/** What each repository consumes of the capacity license now, revoked ones with 0 until their used bytes change. */
export function consumption(state: LicenseState, users: readonly CapacityUser[]): readonly CapacityUser[] {
  return users.map((user) => {
    const isRevoked = state.revokedCapacity.some(
      ({ repositoryId, usedBytes }) => repositoryId === user.repositoryId && usedBytes === user.usedBytes,
    );
    return isRevoked ? { ...user, usedBytes: 0n } : user;
  });
}

function instanceOf(state: LicenseState, instanceId: string): InstanceWorkload {
  const found = state.instances.find((one) => one.instanceId === instanceId.toLowerCase());
  if (found === undefined) throw badRequest(`No workload has the instance id ${instanceId}.`);
  return found;
}

function agentOf(state: LicenseState, instanceId: string): InstanceWorkload {
  const found = instanceOf(state, instanceId);
  if (found.type !== 'Server' && found.type !== 'Workstation') {
    throw badRequest(`The workload ${found.name} is no standalone agent.`);
  }
  return found;
}

function replaced(
  state: LicenseState,
  before: InstanceWorkload,
  workload: InstanceWorkload,
): WorkloadChange<InstanceWorkload> {
  return {
    state: { ...state, instances: state.instances.map((one) => (one === before ? workload : one)) },
    workload,
  };
}
