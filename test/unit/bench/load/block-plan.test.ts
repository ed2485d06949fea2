// The plan of a load run: what it writes, how much, and what a restore point uses.
import { describe, expect, test } from 'vitest';
import { BlockKeys } from '../../../../src/bench/load/block-keys.ts';
import { type Block, BlockPlan, type Written } from '../../../../src/bench/load/block-plan.ts';
import { type LoadSettings, loadSettings, widthOf } from '../../../../src/bench/load/load-settings.ts';

const MIB = 2 ** 20;
const settings = (given: Partial<LoadSettings> = {}) =>
  loadSettings({ machines: 3, machineBytes: 200 * MIB, increments: 4, changedPercent: 20, ...given });
const planOf = (given: Partial<LoadSettings> = {}) => new BlockPlan(settings(given));
const whole = (plan: BlockPlan, failed: readonly string[] = []): Written => ({
  writtenTo: plan.points.map(({ places }) => places),
  isFailed: ({ machine, number, point }) => failed.includes(`${machine}/${number}/${point}`),
});

describe('places', () => {
  test('go round the machines and back', () => {
    const plan = planOf();
    expect(plan.places).toBe(600);
    expect([0, 1, 2, 3].map((place) => plan.blockAt(place, 2))).toEqual([
      { machine: 0, number: 0, point: 2 },
      { machine: 1, number: 0, point: 2 },
      { machine: 2, number: 0, point: 2 },
      { machine: 0, number: 1, point: 2 },
    ]);
    for (let place = 0; place < plan.places; place++) {
      expect(plan.placeOf(plan.blockAt(place, 0))).toBe(place);
    }
  });
});

describe('points', () => {
  test('the full backup has every block, an increment about its percentage', () => {
    const [full, ...increments] = planOf({ machineBytes: 2000 * MIB, maxBytes: 2 ** 40 }).points;
    expect(full).toMatchObject({ places: 6000, blocks: 6000, askedBlocks: 6000 });
    for (const { blocks } of increments) {
      expect(blocks).toBeGreaterThan(1000);
      expect(blocks).toBeLessThan(1400);
    }
    expect(new Set(increments.map(({ blocks }) => blocks)).size).toBeGreaterThan(1);
  });

  test.each([
    [0, 0],
    [100, 600],
  ])('%s percent of changes are %s blocks', (changedPercent, blocks) => {
    const [, first] = planOf({ changedPercent, maxBytes: 2 ** 40 }).points;
    expect(first?.blocks).toBe(blocks);
  });

  test('their bytes are those of their blocks', () => {
    const plan = planOf();
    for (const [point, { places, bytes, blocks }] of plan.points.entries()) {
      const written = Array.from({ length: places }, (_, place) => plan.blockAt(place, point)).filter(
        (block) => plan.isPlanned(block),
      );
      expect(written).toHaveLength(blocks);
      expect(written.reduce((sum, block) => sum + plan.bytesOf(block), 0)).toBe(bytes);
    }
  });

  test.each([1, 3 * MIB, 50 * MIB, 299 * MIB])('never write more than %s bytes', (maxBytes) => {
    const { points } = planOf({ maxBytes });
    expect(points.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(maxBytes);
    expect(points[0]?.askedBlocks).toBe(600);
  });

  test('a limit leaves increments their part', () => {
    const { points } = planOf({ maxBytes: 100 * MIB });
    const [full, ...increments] = points;
    expect(full?.blocks).toBeLessThan(600);
    expect(full?.bytes).toBeGreaterThan(50 * MIB);
    expect(increments.every(({ blocks, askedBlocks }) => blocks > askedBlocks / 2)).toBe(true);
  });

  test('more blocks than can be looked at are refused', () => {
    expect(() => planOf({ blockBytes: 4096, machineBytes: 2 ** 40, maxBytes: 2 ** 50 })).toThrow(
      'take larger blocks or fewer bytes',
    );
  });
});

describe('sizes', () => {
  test.each([0.1, 0.5, 0.8, 1])(
    'vary round the block times %s, and never exceed the block',
    (compression) => {
      const plan = planOf({ compression });
      const sizes = Array.from({ length: 600 }, (_, place) => plan.bytesOf(plan.blockAt(place, 0)));
      const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
      expect(Math.max(...sizes)).toBeLessThanOrEqual(MIB);
      expect(mean / (MIB * compression)).toBeCloseTo(1, 1);
      if (compression < 1) expect(new Set(sizes).size).toBeGreaterThan(500);
    },
  );
});

describe('contents', () => {
  const block: Block = { machine: 1, number: 17, point: 2 };

  test('are the same for the same seed, and of the size that was planned', () => {
    const first = planOf().contentOf(block);
    expect(first.equals(planOf().contentOf(block))).toBe(true);
    expect(first).toHaveLength(planOf().bytesOf(block));
  });

  test('differ for another seed, machine, number and restore point', () => {
    const others = [
      planOf({ seed: 'another' }).contentOf(block),
      ...[{ machine: 2 }, { number: 18 }, { point: 3 }].map((other) =>
        planOf().contentOf({ ...block, ...other }),
      ),
    ].map((bytes) => bytes.subarray(0, 1024).toString('hex'));
    const own = planOf().contentOf(block).subarray(0, 1024).toString('hex');
    expect(new Set([own, ...others]).size).toBe(5);
  });
});

describe('what a restore point uses', () => {
  /** Walks through the points one by one, as a list would be kept. */
  function listed(plan: BlockPlan, point: number, written: Written): ReadonlyMap<number, Block> {
    const map = new Map<number, Block>();
    for (let each = 0; each <= point; each++) {
      for (let place = 0; place < plan.places; place++) {
        const block = plan.blockAt(place, each);
        if (place < (written.writtenTo[each] ?? 0) && plan.isPlanned(block) && !written.isFailed(block)) {
          map.set(place, block);
        }
      }
    }
    return map;
  }

  test.each([
    ['all is written', {}],
    ['an increment was cut short', { writtenTo: [600, 600, 300] }],
    ['the full backup was cut short', { writtenTo: [100, 100, 100, 100, 100] }],
    ['blocks could not be written', { failed: ['0/0/0', '1/5/1', '2/7/2', '0/9/3'] }],
  ] as const)(
    'is what a list would say, where %s',
    (_, given: { writtenTo?: readonly number[]; failed?: readonly string[] }) => {
      const plan = planOf({ maxBytes: 2 ** 40 });
      const written = {
        ...whole(plan, given.failed),
        ...(given.writtenTo && { writtenTo: given.writtenTo }),
      };
      for (const point of [0, 2, 4]) {
        const list = listed(plan, point, written);
        for (let place = 0; place < plan.places; place++) {
          expect(plan.latest(place, point, written)).toEqual(list.get(place));
        }
      }
    },
  );

  test('blocks that no kept point uses are out of use, all others are in use', () => {
    const plan = planOf({ maxBytes: 2 ** 40 });
    const written = whole(plan);
    const kept = [3, 4].map((point) => listed(plan, point, written));
    const isUsed = (block: Block) => kept.some((map) => map.get(plan.placeOf(block))?.point === block.point);
    let unused = 0;
    for (let point = 0; point <= 4; point++) {
      for (let place = 0; place < plan.places; place++) {
        const block = plan.blockAt(place, point);
        if (!plan.isPlanned(block)) continue;
        expect(plan.isInUse(block, 3, written)).toBe(isUsed(block));
        if (!isUsed(block)) unused++;
      }
    }
    expect(unused).toBeGreaterThan(100);
  });
});

describe('keys', () => {
  const keys = new BlockKeys('Veeam/Backup/sosapi-bench-0123456789ab/load/', 'seed', 3, 5);

  test('have the layout that Veeam has', () => {
    expect(keys.keyOf({ machine: 1, number: 42, point: 3 })).toMatch(
      /^Veeam\/Backup\/sosapi-bench-0123456789ab\/load\/Clients\/\{[0-9a-f-]{36}\}\/[0-9a-f-]{36}\/CloudStg\/Data\/\{[0-9a-f-]{36}\}\/blocks\/42_[0-9a-f]{32}_[0-9a-f]{32}$/,
    );
  });

  test('tell their block', () => {
    for (const machine of [0, 1, 2]) {
      for (const point of [0, 4]) {
        const block = { machine, number: 1234, point };
        expect(keys.blockOf(keys.keyOf(block), machine)).toEqual(block);
        expect(keys.blockOf(keys.keyOf(block), (machine + 1) % 3)).toBeUndefined();
      }
    }
    expect(keys.blockOf(`${keys.folderOf(0)}else`, 0)).toBeUndefined();
    expect(keys.blockOf(`${keys.folderOf(0)}1_${'0'.repeat(32)}_${'0'.repeat(32)}`, 0)).toBeUndefined();
  });
});

describe('settings', () => {
  test.each([
    [{ blockBytes: 100 }, 'blockBytes is 100'],
    [{ compression: 0 }, 'compression is 0'],
    [{ machines: 1.5 }, 'machines is 1.5'],
    [{ maxMinutes: Number.NaN }, 'maxMinutes is NaN'],
    [{ deleteBatch: 1001 }, 'deleteBatch is 1001'],
    [{ machineBytes: 8192 }, 'less than one block'],
  ] as const)('%j is refused', (given, message) => {
    expect(() => loadSettings(given)).toThrow(message);
  });

  test('are 128 calls at a time, fewer where blocks are large', () => {
    expect(widthOf(loadSettings({}))).toBe(128);
    expect(widthOf(loadSettings({ connectionsPerSlot: 8 }))).toBe(16);
    expect(widthOf(loadSettings({ blockBytes: 8 * MIB, compression: 1 }))).toBe(32);
  });
});
