// The license as a state: what each call makes of it, what it refuses, and how each revision shows it.
import { describe, expect, test } from 'vitest';
import {
  assignInstance,
  consumption,
  install,
  remove,
  removeInstance,
  revokeCapacity,
  revokeInstance,
  revokeSocket,
  setAutoUpdate,
} from '../../../../src/rehearse/license/license-changes.ts';
import type {
  InstanceWorkload,
  License,
  LicenseState,
} from '../../../../src/rehearse/license/license-state.ts';
import { viewLicense } from '../../../../src/rehearse/license/license-view.ts';
import { seededLicense } from '../../../../src/rehearse/license/seeded-license.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const STRANGER = '00000000-0000-4000-8000-999999999999';

function seeded(): LicenseState {
  let count = 0;
  return seededLicense(NOW, () => `00000000-0000-4000-8000-${String(++count).padStart(12, '0')}`);
}

function licenseOf({ license }: LicenseState): License {
  if (license === undefined) throw new Error('no license');
  return license;
}

function workload(state: LicenseState, name: string): InstanceWorkload {
  const found = state.instances.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

const view = (state: LicenseState, revision = '1.3-rev0') => viewLicense(state, [], NOW, revision);

describe('sections', () => {
  test('the first license has all three of them and is good for a year', () => {
    expect(view(seeded())).toMatchObject({
      status: 'Valid',
      expirationDate: '2027-01-01T00:00:00.000Z',
      IsMultiSection: true,
      socketLicenseSummary: { licensedSocketsNumber: 8, usedSocketsNumber: 3, remainingSocketsNumber: 5 },
      instanceLicenseSummary: { licensedInstancesNumber: 100, usedInstancesNumber: 3 },
      capacityLicenseSummary: { licensedCapacityTb: 100, usedCapacityTb: 0, workload: [] },
    });
  });

  test('one is removed, then the other, then all', () => {
    const withoutSockets = remove(seeded(), 'Socket');
    expect(view(withoutSockets)).toMatchObject({ IsMultiSection: false });
    expect(view(withoutSockets)).not.toHaveProperty('socketLicenseSummary');
    expect(() => remove(withoutSockets, 'Socket')).toThrow('has no section Socket');
    const capacityOnly = remove(withoutSockets, 'Instance');
    expect(view(capacityOnly)).not.toHaveProperty('instanceLicenseSummary');
    const community = remove(capacityOnly, 'All');
    expect(view(community)).toMatchObject({
      status: 'Valid',
      edition: 'Community',
      type: 'Free',
      instanceLicenseSummary: { licensedInstancesNumber: 10 },
    });
    expect(() => remove(community, 'All')).toThrow('No license is installed');
  });

  test('the last section takes the license with it', () => {
    const onlyInstances: LicenseState = {
      ...seeded(),
      license: { ...licenseOf(seeded()), sockets: undefined, capacityTb: undefined },
    };
    expect(remove(onlyInstances, 'Instance').license).toBeUndefined();
  });

  test('it expires', () => {
    const later = viewLicense(seeded(), [], NOW + 366 * 24 * 3_600_000, '1.3-rev0');
    expect(later.status).toBe('Expired');
  });
});

describe('promo instances', () => {
  const promo = { instances: 10, expiresAt: NOW + 1000 };
  const withPromo = { ...licenseOf(seeded()), promo };

  test('come on top', () => {
    expect(view(install(seeded(), withPromo))).toMatchObject({
      instanceLicenseSummary: {
        licensedInstancesNumber: 100,
        promoInstancesNumber: 10,
        licensedInstancesPromoIncludedNumber: 110,
        promoExpiresOn: '2026-01-01T12:00:01.000Z',
      },
    });
  });

  test('do not replace others in silence', () => {
    const before = install(seeded(), withPromo);
    expect(() => install(before, withPromo)).toThrow('promo.overwriteExisting');
    expect(install(before, withPromo, { overwriteExisting: true }).license).toEqual(withPromo);
    const plain = install(before, withPromo, { installWithoutPromo: true });
    expect(plain.license?.promo).toBeUndefined();
  });

  test('need the automatic update', () => {
    const manual = setAutoUpdate(seeded(), false, undefined);
    expect(() => install(manual, withPromo)).toThrow('promo.enableAutoUpdate');
    expect(install(manual, withPromo, { enableAutoUpdate: true }).autoUpdateEnabled).toBe(true);
  });
});

describe('workloads', () => {
  test('a socket license is revoked once', () => {
    const before = seeded();
    const hostId = before.sockets[0]?.hostId ?? '';
    const { state, workload: revoked } = revokeSocket(before, hostId.toUpperCase());
    expect(revoked).toEqual(before.sockets[0]);
    expect(view(state)).toMatchObject({ socketLicenseSummary: { usedSocketsNumber: 1 } });
    expect(() => revokeSocket(state, hostId)).toThrow('No licensed host');
  });

  test('an instance license is revoked once, and assigned again to an agent', () => {
    const { instanceId } = workload(seeded(), 'rehearsal-agent01');
    const revoked = revokeInstance(seeded(), instanceId);
    expect(revoked.workload.usedInstancesNumber).toBe(0);
    expect(view(revoked.state)).toMatchObject({ instanceLicenseSummary: { usedInstancesNumber: 2 } });
    expect(() => revokeInstance(revoked.state, instanceId)).toThrow('has no license to revoke');
    const assigned = assignInstance(revoked.state, instanceId, 'Workstation');
    expect(assigned.workload).toMatchObject({
      type: 'Workstation',
      platformType: 'LinuxWorkstation',
      usedInstancesNumber: 0.33,
    });
    expect(view(assigned.state)).toMatchObject({
      instanceLicenseSummary: {
        usedInstancesNumber: 2.33,
        objects: [{ type: 'Virtual Machines' }, { type: 'Applications' }, { type: 'Workstations', count: 1 }],
      },
    });
    expect(removeInstance(assigned.state, instanceId).state.instances).toHaveLength(2);
  });

  test('a role is of agents only, and ids must be known', () => {
    const { instanceId } = workload(seeded(), 'rehearsal-vm01');
    expect(() => assignInstance(seeded(), instanceId, 'Server')).toThrow('no standalone agent');
    expect(() => removeInstance(seeded(), instanceId)).toThrow('no standalone agent');
    expect(() => revokeInstance(seeded(), STRANGER)).toThrow('No workload has the instance id');
  });

  test('a revoked repository consumes nothing until it holds something else', () => {
    const users = [{ repositoryId: STRANGER, name: 'r', usedBytes: 2n ** 40n }];
    const { state, workload: revoked } = revokeCapacity(seeded(), users, STRANGER);
    expect(revoked.usedBytes).toBe(0n);
    expect(consumption(state, users)[0]?.usedBytes).toBe(0n);
    const grown = [{ repositoryId: STRANGER, name: 'r', usedBytes: 2n ** 41n }];
    expect(consumption(state, grown)).toEqual(grown);
    expect(viewLicense(state, grown, NOW, '1.3-rev0')).toMatchObject({
      capacityLicenseSummary: { usedCapacityTb: 2, objects: [{ type: 'ObjectStorage', usedCapacityTb: 2 }] },
    });
    expect(() => revokeCapacity(state, [], STRANGER)).toThrow('No workload of the capacity license');
  });
});

describe('revisions', () => {
  test('1.2 knows no platforms and no proactive support', () => {
    const shown = view(seeded(), '1.2-rev1');
    expect(shown).not.toHaveProperty('IsMultiSection');
    expect(shown).not.toHaveProperty('proactiveSupportEnabled');
    expect(JSON.stringify(shown)).not.toMatch(/platformType|canBeRevoked|displayName/);
  });

  test('from 1.3-rev2 on the dates are of the sections', () => {
    const shown = view(seeded(), '1.3-rev2');
    expect(shown).not.toHaveProperty('expirationDate');
    expect(shown).toMatchObject({
      socketLicenseSummary: { expirationDate: '2027-01-01T00:00:00.000Z' },
      instanceLicenseSummary: { supportExpirationDate: '2027-01-01T00:00:00.000Z' },
    });
  });
});
