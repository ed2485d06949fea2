// The properties of each collection of Veeam ONE by name, for queries that are written by hand.
import type { TObject } from 'typebox';
import {
  OneCollectionTaskSchema,
  OneObjectStorageSchema,
  OneRepositorySchema,
  OneScaleOutRepositorySchema,
  OneSessionSchema,
  OneTriggeredAlarmSchema,
} from './schemas.ts';

export interface OneProperties {
  /** What Select takes. */
  readonly top: readonly string[];
  /** What Sort and Filter take: those of subschemas too, as `alarmSource.objectName`. */
  readonly all: readonly string[];
}

/** By the name of the client's method. */
export const ONE_PROPERTIES = {
  repositories: propertiesOf(OneRepositorySchema),
  objectStorages: propertiesOf(OneObjectStorageSchema),
  scaleOutRepositories: propertiesOf(OneScaleOutRepositorySchema),
  triggeredAlarms: propertiesOf(OneTriggeredAlarmSchema),
  sessions: propertiesOf(OneSessionSchema),
  dataCollectionTasks: propertiesOf(OneCollectionTaskSchema),
} as const satisfies Readonly<Record<string, OneProperties>>;

function propertiesOf({ properties }: TObject): OneProperties {
  const top = Object.keys(properties);
  const all = Object.entries(properties).flatMap(([name, property]) => [
    name,
    ...partsOf(property).map((part) => `${name}.${part}`),
  ]);
  return { top, all };
}

/** Of an object, and of one that may be null. */
function partsOf(property: unknown): readonly string[] {
  const { properties, anyOf = [] } = property as {
    readonly properties?: object;
    readonly anyOf?: readonly unknown[];
  };
  return properties === undefined ? anyOf.flatMap(partsOf) : Object.keys(properties);
}
