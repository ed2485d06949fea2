// The two SOSAPI documents, byte for byte. Everything here was found by others the hard way:
// ProtocolVersion must hold literal quotes, blocks that are not used must be absent (minio/minio#17195, fixed in #17202);
// UploadSessions true without sessions broke backups (MaxIOFS b953abf). Element order is that of minio/minio cmd/veeam-sos-api.go.
import type { Capacity } from '../capacity/capacity.ts';
import { escapeXml, XML_DECLARATION } from '../s3/xml-text.ts';

/** Only what every public implementation spells alike; the others are not knowable (four spellings of the rest are in public code). */
export interface SystemRecommendations {
  /** Block size of newly created jobs, KiB. */
  readonly kbBlockSize?: 256 | 512 | 1024 | 2048 | 4096 | 8192 | undefined;
}

export interface SystemDocument {
  /** What Veeam shows as the storage's model. */
  readonly modelName: string;
  readonly recommendations?: SystemRecommendations | undefined;
}

export function renderSystem(system: SystemDocument): Buffer {
  const kbBlockSize = system.recommendations?.kbBlockSize;
  const capabilities =
    element('CapacityInfo', 'true') + element('UploadSessions', 'false') + element('IAMSTS', 'false');
  const document = element(
    'SystemInfo',
    element('ProtocolVersion', '"1.0"') +
      element('ModelName', `"${modelName(system.modelName)}"`) +
      element('ProtocolCapabilities', capabilities) +
      (kbBlockSize === undefined
        ? ''
        : element('SystemRecommendations', element('KbBlockSize', String(kbBlockSize)))),
  );
  return Buffer.from(XML_DECLARATION + document);
}

export function renderCapacity(
  capacity: Pick<Capacity, 'capacityBytes' | 'availableBytes' | 'usedBytes'>,
): Buffer {
  const { capacityBytes, availableBytes, usedBytes } = capacity;
  // Veeam reads zero as a full store (scality/Zenko#2472), and a dashboard divided by it (sexigraf#429): no answer is better.
  if (capacityBytes <= 0n || availableBytes < 0n || availableBytes > capacityBytes || usedBytes < 0n) {
    throw new RangeError(
      `capacity that cannot be: capacity ${capacityBytes}, available ${availableBytes}, used ${usedBytes}`,
    );
  }
  const document = element(
    'CapacityInfo',
    element('Capacity', String(capacityBytes)) +
      element('Available', String(availableBytes)) +
      element('Used', String(usedBytes)),
  );
  return Buffer.from(XML_DECLARATION + document);
}

function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

function modelName(text: string): string {
  // XML 1.0 section 2.2 has no way to write these, escaped or not; white space other than blanks would break the one line.
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/u.test(text)) {
    throw new RangeError('model name holds a character that XML cannot carry');
  }
  return escapeXml(text);
}
