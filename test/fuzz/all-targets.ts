// Every target, in the order in which a campaign takes them.
import { addressingTarget } from './addressing/addressing-target.ts';
import { copySourceTarget } from './addressing/copy-source-target.ts';
import { percentEncodingTarget } from './addressing/percent-encoding-target.ts';
import { chunkReaderTarget } from './chunks/chunk-reader-target.ts';
import { chunkWriterTarget } from './chunks/chunk-writer-target.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { headParserTarget } from './http/head-parser-target.ts';
import { responseHeadTarget } from './http/response-head-target.ts';
import { aws4Target, botocoreTarget, smithyTarget } from './signers/signer-targets.ts';
import { xmlExpatTarget, xmlTarget } from './xml/xml-targets.ts';

export const ALL_TARGETS: readonly FuzzTarget[] = [
  headParserTarget,
  responseHeadTarget,
  botocoreTarget,
  smithyTarget,
  aws4Target,
  chunkReaderTarget,
  chunkWriterTarget,
  xmlTarget,
  xmlExpatTarget,
  addressingTarget,
  copySourceTarget,
  percentEncodingTarget,
];
