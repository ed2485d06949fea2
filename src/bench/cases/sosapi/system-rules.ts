// What must hold of system.xml, as sentences on what does not.

/** The texts that stand in the document; undefined where an element is absent. */
export interface SystemText {
  readonly hasRoot: boolean;
  readonly protocolVersion: string | undefined;
  readonly modelName: string | undefined;
  readonly capacityInfo: string | undefined;
  readonly uploadSessions: string | undefined;
  readonly iamSts: string | undefined;
  readonly hasEndpoints: boolean;
  readonly iamEndpoint: string | undefined;
  readonly stsEndpoint: string | undefined;
  readonly hasRecommendations: boolean;
  readonly recommendations: readonly (readonly [name: string, value: string])[];
}

/** ProtocolVersion with its quotes (minio#17195). */
export function quoteFaults({ protocolVersion }: SystemText): readonly string[] {
  if (protocolVersion === undefined) return ['system.xml has no ProtocolVersion.'];
  if (protocolVersion === '"1.0"') return [];
  if (protocolVersion === '1.0') {
    return [
      'ProtocolVersion is 1.0 without quotes; the text must be "1.0" with the two quote characters in it.',
    ];
  }
  return [
    `ProtocolVersion is ${protocolVersion || 'empty'}; the text must be "1.0" with the quote characters in it.`,
  ];
}

/** The elements that every public implementation has. */
export function shapeFaults(system: SystemText): readonly string[] {
  if (!system.hasRoot) return ['The root of system.xml is not SystemInfo.'];
  const faults: string[] = [];
  if (system.protocolVersion === undefined) faults.push('ProtocolVersion is absent.');
  if (system.modelName === undefined || system.modelName === '') faults.push('ModelName is absent or empty.');
  const capabilities = [
    ['CapacityInfo', system.capacityInfo],
    ['UploadSessions', system.uploadSessions],
    ['IAMSTS', system.iamSts],
  ] as const;
  for (const [name, value] of capabilities) {
    if (value === undefined) faults.push(`ProtocolCapabilities has no ${name}.`);
    else if (value !== 'true' && value !== 'false') {
      faults.push(`${name} is "${value}"; it must be true or false.`);
    }
  }
  return faults;
}

/** Blocks that are there must be used; those that are not must be absent, not empty (minio#17195, #17202). */
export function optionalBlockFaults(system: SystemText): readonly string[] {
  const faults: string[] = [];
  const endpoints = [
    ['IAMEndpoint', system.iamEndpoint],
    ['STSEndpoint', system.stsEndpoint],
  ] as const;
  if (system.hasEndpoints && system.iamSts !== 'true') {
    faults.push('APIEndpoints is there although IAMSTS is not true; leave the whole block out.');
  }
  if (system.iamSts === 'true') {
    for (const [name, value] of endpoints) {
      if (value === undefined || value === '')
        faults.push(`IAMSTS is true, but APIEndpoints has no ${name}.`);
    }
  }
  if (system.hasRecommendations && system.recommendations.every(([, value]) => value === '')) {
    faults.push('SystemRecommendations is there but recommends nothing; leave the whole block out.');
  }
  return faults;
}

interface Range {
  readonly min: number;
  readonly max: number;
}

const RANGES: Readonly<Record<string, Range>> = {
  S3ConcurrentTaskLimit: { min: 1, max: Number.MAX_SAFE_INTEGER },
  S3MultiObjectDeleteLimit: { min: 1, max: 1000 },
};
/** Of the limit for the whole storage, in each of its four public spellings; 0 is no limit. */
const STORAGE_LIMIT: Range = { min: 0, max: Number.MAX_SAFE_INTEGER };
/** 2048 is accepted by cloudserver alone; the list that MinIO quotes from the specification has no such size. */
const BLOCK_SIZES = ['256', '512', '1024', '2048', '4096', '8192'];

/** Integers within what is known of each. */
export function recommendationFaults({ recommendations }: SystemText): readonly string[] {
  return recommendations.flatMap(([name, value]) => {
    if (name === 'KbBlockSize') {
      return BLOCK_SIZES.includes(value)
        ? []
        : [`KbBlockSize is "${value}"; Veeam knows 256, 512, 1024, 4096 and 8192.`];
    }
    const { min, max } = RANGES[name] ?? STORAGE_LIMIT;
    const fits = /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max;
    if (fits) return [];
    const upTo = max === Number.MAX_SAFE_INTEGER ? '' : ` and at most ${max}`;
    return [`${name} is "${value}"; it must be an integer of at least ${min}${upTo}.`];
  });
}
