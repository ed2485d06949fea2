// What a client does in a bucket with object lock: a delete that is refused takes nothing away.
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { outcomeOf } from '../../support/same-answer.ts';
import type { Scene, Step } from './scene.ts';

const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(Math.ceil(Date.now() / 1000) * 1000 + days * DAY_MS);

export const LOCK_STEPS: readonly Step[] = [
  {
    does: 'writes 5 MiB under COMPLIANCE',
    run: (scene) => put(scene, 5, 'compliance', retained('COMPLIANCE')),
  },
  {
    does: 'writes 4 MiB under GOVERNANCE',
    run: (scene) => put(scene, 4, 'governance', retained('GOVERNANCE')),
  },
  { does: 'writes 3 MiB under a legal hold', run: (scene) => put(scene, 3, 'held', HELD) },
  { does: 'writes 6 MiB that are not locked', run: (scene) => put(scene, 6, 'free') },
  {
    does: 'extends a retention',
    async run(scene) {
      const Retention = { Mode: 'COMPLIANCE', RetainUntilDate: inDays(2) } as const;
      await scene.client.send(new PutObjectRetentionCommand({ ...version(scene, 'compliance'), Retention }));
    },
  },
  {
    does: 'tries to delete each locked version',
    async run(scene) {
      for (const name of ['compliance', 'governance', 'held']) {
        const refused = await outcomeOf(scene.client.send(new DeleteObjectCommand(version(scene, name))));
        expect(refused['status']).toBeGreaterThanOrEqual(400);
      }
    },
  },
  {
    does: 'tries to get round COMPLIANCE as one gets round GOVERNANCE',
    async run(scene) {
      const input = { ...version(scene, 'compliance'), BypassGovernanceRetention: true };
      const refused = await outcomeOf(scene.client.send(new DeleteObjectCommand(input)));
      expect(refused['status']).toBeGreaterThanOrEqual(400);
    },
  },
  {
    does: 'deletes the key of a locked version: a marker is made',
    async run({ client, locked: Bucket }) {
      const { DeleteMarker } = await client.send(new DeleteObjectCommand({ Bucket, Key: 'compliance' }));
      expect(DeleteMarker).toBe(true);
    },
  },
  {
    does: 'deletes a free version, locked ones and a missing one in one call',
    async run(scene) {
      const { client, locked: Bucket } = scene;
      const Objects = [
        identifier(scene, 'free'),
        identifier(scene, 'compliance'),
        identifier(scene, 'governance'),
        identifier(scene, 'held'),
        { Key: 'missing' },
      ];
      const { Errors } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      expect(Errors).toHaveLength(3);
    },
  },
  { does: 'writes 7 MiB that are not locked', run: (scene) => put(scene, 7, 'free') },
  {
    does: 'does the same in a call that is quiet',
    async run(scene) {
      const { client, locked: Bucket } = scene;
      const Objects = [identifier(scene, 'held'), identifier(scene, 'free'), identifier(scene, 'compliance')];
      const { Errors } = await client.send(
        new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
      );
      expect(Errors).toHaveLength(2);
    },
  },
  {
    does: 'gets round GOVERNANCE',
    async run(scene) {
      const input = { ...version(scene, 'governance'), BypassGovernanceRetention: true };
      await scene.client.send(new DeleteObjectCommand(input));
    },
  },
  {
    does: 'lifts the legal hold',
    async run(scene) {
      const LegalHold = { Status: 'OFF' } as const;
      await scene.client.send(new PutObjectLegalHoldCommand({ ...version(scene, 'held'), LegalHold }));
    },
  },
  {
    does: 'deletes the version that was held',
    async run(scene) {
      await scene.client.send(new DeleteObjectCommand(version(scene, 'held')));
    },
  },
];

const HELD = { ObjectLockLegalHoldStatus: 'ON' } as const;

function retained(ObjectLockMode: 'COMPLIANCE' | 'GOVERNANCE') {
  return { ObjectLockMode, ObjectLockRetainUntilDate: inDays(1) };
}

async function put(scene: Scene, mebibytes: number, name: string, lock: object = {}): Promise<void> {
  await scene.put(scene.locked, name, mebibytes, { as: `locked ${name}`, ...lock });
}

function identifier(scene: Scene, name: string) {
  return { Key: name, VersionId: scene.recall(`locked ${name}`) };
}

function version(scene: Scene, name: string) {
  return { Bucket: scene.locked, ...identifier(scene, name) };
}
