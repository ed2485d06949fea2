// What the admin listener may have the gateway do with its config: read it again, or say what it runs on.

/** One setting, in the words of the config file. A secret is `(hidden)`, before and after. */
export interface SettingChange {
  readonly path: string;
  /** Absent where it was not there. */
  readonly before?: string | undefined;
  /** Absent where it is not there. */
  readonly after?: string | undefined;
}

/**
 * `applied` and `unchanged` are good. Else the gateway goes on with what it had: `invalid` (the config cannot be used),
 * `needs-restart` (it changes what cannot change while the gateway runs), `failed` (it could not be put to work).
 */
export type ReloadResult = 'applied' | 'unchanged' | 'invalid' | 'needs-restart' | 'failed';

export interface ReloadOutcome {
  readonly result: ReloadResult;
  /** What differs from the config that the gateway ran on, where the new one could be read. */
  readonly changes: readonly SettingChange[];
  /** Each one sentence with its place; of `needs-restart` one for each such setting. */
  readonly problems: readonly string[];
}

export interface ReloadPorts {
  /** Resolves when it is decided, and when every process serves by the new config. Never rejects. */
  reload(): Promise<ReloadOutcome>;
  /** What the gateway runs on, without secrets: settings in the order of the config. */
  settings(): readonly { readonly path: string; readonly value: string }[];
}
