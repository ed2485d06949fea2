// What all cases of one run share.
import type { KeyPairFiles } from './proxy.ts';

export interface BenchContext {
  readonly rounds: number;
  /** Of each measurement. */
  readonly seconds: number;
  readonly minutes: number;
  /** The processor cores that this run may use. */
  readonly cores: readonly number[];
  readonly directory: string;
  /** Where they are installed. */
  readonly nginx: string | undefined;
  readonly haproxy: string | undefined;
  readonly certificate: KeyPairFiles | undefined;
  readonly sinkPort: number;
  /** Of the same sink with HTTPS; there where a certificate is. */
  readonly sinkTlsPort: number | undefined;
  /** Where the gateway's sources are. */
  readonly checkout: string;
  /** For the gateway's Node.js. */
  readonly nodeArguments: readonly string[];
  /** The only proxies to measure; undefined means all. */
  readonly proxies: readonly string[] | undefined;
  say(text: string): void;
  /** A sentence on something that is not measured; the same one is said once. */
  leaveOut(sentence: string): void;
}
