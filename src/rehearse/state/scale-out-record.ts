// One scale-out repository as it is kept.

export type ExtentStatus = 'Normal' | 'Sealed' | 'Maintenance';
export type ExtentKind = 'Performance' | 'Capacity' | 'Archive';

/** One repository in one of the tiers. */
export interface Extent {
  readonly repositoryId: string;
  readonly kind: ExtentKind;
  /** Both modes may be on at once; none of them is `Normal`. */
  readonly isSealed: boolean;
  readonly isInMaintenance: boolean;
}

/** What the client sent and gets back beside the extents, by the documents' names. */
export interface ScaleOutSettings {
  /** `advancedSettings` of the performance tier. */
  readonly performanceAdvancedSettings?: unknown;
  readonly placementPolicy?: unknown;
  readonly capacityTier?: Readonly<Record<string, unknown>>;
  readonly archiveTier?: Readonly<Record<string, unknown>>;
}

export interface ScaleOutRecord {
  readonly id: string;
  /** Counts from 1 in the order of adding: the Veeam ONE surface has numbers for ids. */
  readonly number: number;
  readonly name: string;
  readonly description: string;
  readonly uniqueId: string;
  /** Milliseconds since 1970. */
  readonly addedAt: number;
  readonly extents: readonly Extent[];
  readonly settings: ScaleOutSettings;
}

export function statusOf(extent: Extent): readonly ExtentStatus[] {
  const modes: readonly ExtentStatus[] = [
    ...(extent.isSealed ? (['Sealed'] as const) : []),
    ...(extent.isInMaintenance ? (['Maintenance'] as const) : []),
  ];
  return modes.length === 0 ? ['Normal'] : modes;
}
