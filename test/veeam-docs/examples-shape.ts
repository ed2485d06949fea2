// The shape of a JSON value: each field that it has, with its type, in whatever element of a list.

export interface Shape {
  /** As `data[].repository.path`; of the whole value, an empty text. */
  readonly path: string;
  /** `null` fits every type. */
  readonly type: 'string' | 'number' | 'boolean' | 'null' | 'object' | 'array';
}

/** Every field once for each type that it has. */
export function shapesOf(json: unknown): readonly Shape[] {
  const found = new Map<string, Shape>();
  collect(json, '', found);
  return [...found.values()];
}

/** The fields of the example that none of the answers has in the same type. */
export function missingShapes(example: unknown, answers: readonly unknown[]): readonly Shape[] {
  // An answer without a body has no fields.
  const given = answers.filter((json) => json !== undefined).flatMap(shapesOf);
  return shapesOf(example).filter(
    ({ path, type }) => type !== 'null' && !given.some((shape) => shape.path === path && shape.type === type),
  );
}

function collect(json: unknown, path: string, found: Map<string, Shape>): void {
  const type = typeOf(json);
  found.set(`${path} ${type}`, { path, type });
  if (Array.isArray(json)) {
    for (const element of json) collect(element, `${path}[]`, found);
  } else if (typeof json === 'object' && json !== null) {
    for (const [name, member] of Object.entries(json)) {
      collect(member, path === '' ? name : `${path}.${name}`, found);
    }
  }
}

function typeOf(json: unknown): Shape['type'] {
  if (json === null) return 'null';
  if (Array.isArray(json)) return 'array';
  const type = typeof json;
  return type === 'string' || type === 'number' || type === 'boolean' ? type : 'object';
}
