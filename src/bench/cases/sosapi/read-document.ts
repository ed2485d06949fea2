// The two SOSAPI documents as the cases about them read them: what stands in each, as data that rules can judge.
import type { BenchContext, S3Answer } from '../../bench-context.ts';
import { hasElement, said, textAt } from '../rows/answer-text.ts';
import { SOSAPI_PREFIX, type SosapiName } from '../rows/sosapi-document.ts';
import type { CapacityText } from './capacity-rules.ts';
import type { SystemText } from './system-rules.ts';

export function sosapiKey(name: SosapiName): string {
  return `${SOSAPI_PREFIX}${name}`;
}

/** Skips the case where the document is not there, fails it where the answer is neither 200 nor 404. */
export async function readDocument(
  context: BenchContext,
  name: SosapiName,
  bucket?: string,
): Promise<S3Answer> {
  const answer = await context.call({
    method: 'GET',
    key: sosapiKey(name),
    ...(bucket === undefined ? {} : { bucket }),
  });
  if (answer.status === 404) {
    context.skip(`The bucket has no ${name}, so there is nothing to judge (see sosapi-presence).`);
  }
  if (answer.status !== 200) context.fail(`GET of ${name} was answered ${said(answer)}; 200 must come back.`);
  return answer;
}

const RECOMMENDATIONS = [
  'S3ConcurrentTaskLimit',
  'S3MultiObjectDeleteLimit',
  'StorageConcurrentTasksLimit',
  'StorageCurrentTaskLimit',
  'StorageCurrentTasksLimit',
  'StorageCurrentTaksLimit',
  'KbBlockSize',
];

export async function readSystem(context: BenchContext): Promise<SystemText> {
  const answer = await readDocument(context, 'system.xml');
  const document = context.xml(answer);
  const at = (...path: readonly string[]) => textAt(context, document, 'SystemInfo', ...path);
  const has = (...path: readonly string[]) => hasElement(context, document, 'SystemInfo', ...path);
  return {
    hasRoot: hasElement(context, document, 'SystemInfo'),
    protocolVersion: at('ProtocolVersion'),
    modelName: at('ModelName'),
    capacityInfo: at('ProtocolCapabilities', 'CapacityInfo'),
    uploadSessions: at('ProtocolCapabilities', 'UploadSessions'),
    iamSts: at('ProtocolCapabilities', 'IAMSTS'),
    hasEndpoints: has('APIEndpoints'),
    iamEndpoint: at('APIEndpoints', 'IAMEndpoint'),
    stsEndpoint: at('APIEndpoints', 'STSEndpoint'),
    hasRecommendations: has('SystemRecommendations'),
    recommendations: RECOMMENDATIONS.flatMap((name) => {
      const value = at('SystemRecommendations', name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  };
}

export interface CapacityReading {
  readonly answer: S3Answer;
  readonly text: CapacityText;
}

export async function readCapacity(context: BenchContext, bucket?: string): Promise<CapacityReading> {
  const answer = await readDocument(context, 'capacity.xml', bucket);
  const document = context.xml(answer);
  const at = (name: string) => textAt(context, document, 'CapacityInfo', name);
  return { answer, text: { capacity: at('Capacity'), available: at('Available'), used: at('Used') } };
}
