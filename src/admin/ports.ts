// What the admin listener is told, and nothing more: no config, no secret, no way to change anything.

export interface BackendReadiness {
  readonly name: string;
  readonly reachable: boolean;
  /** Why not, for people. */
  readonly detail?: string | undefined;
}

export interface Readiness {
  readonly ready: boolean;
  readonly backends: readonly BackendReadiness[];
}

/** The capacity of one bucket as last known. The numbers are absent where none was ever measured. */
export interface CapacityRow {
  readonly bucket: string;
  readonly backend: string;
  /** Bytes in decimal digits: JSON numbers end at 2^53. */
  readonly capacityBytes?: string | undefined;
  readonly availableBytes?: string | undefined;
  readonly usedBytes?: string | undefined;
  readonly source?: string | undefined;
  /** ISO 8601. */
  readonly measuredAt?: string | undefined;
  readonly changedAt?: string | undefined;
  /** Why the latest measurement failed, where it did. */
  readonly error?: string | undefined;
}

export interface AdminPorts {
  readonly version: string;
  /** Whether requests can be served now. Must settle within a bound of its own. */
  isReady(): Promise<Readiness>;
  renderMetrics(): Promise<{ readonly contentType: string; readonly body: string }>;
  capacities(): readonly CapacityRow[];
  /** Where an error inside the admin listener is told. */
  readonly logger?: AdminLogger | undefined;
}

export interface AdminLogger {
  error(fields: object, message: string): void;
}
