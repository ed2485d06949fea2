// Makes cells and rows: what they say, and the place that proves it.
import type { Place } from './documented.ts';
import type { Cell, Cells, EndpointRow, ParameterRow } from './row.ts';

/** `has` stands in `file`: where it is left out, the text itself does. */
export function cell(text: string, file: string, has: string = text.replaceAll('`', '')): Cell {
  return { text, proofs: [{ file, has }] };
}

export type ParameterOf = (row: Cells) => ParameterRow;

/** A parameter of a row. What is not said is as in the row. */
export function parameter(
  place: Place,
  name: string,
  own: Partial<Cells> | ((row: Cells) => Partial<Cells>) = {},
): ParameterOf {
  return (row) => {
    const { client, command, rehearsal, test } = row;
    return {
      in: place,
      name,
      client,
      command,
      rehearsal,
      test,
      ...(typeof own === 'function' ? own(row) : own),
    };
  };
}

export interface RowFacts extends Cells {
  readonly api: 'vbr' | 'one';
  readonly endpoint: string;
  readonly method?: string;
  readonly names?: readonly string[];
  readonly parameters?: readonly ParameterOf[];
}

export function endpointRow({ method, names = [], parameters = [], ...facts }: RowFacts): EndpointRow {
  return { ...facts, method, names, parameters: parameters.map((of) => of(facts)) };
}
