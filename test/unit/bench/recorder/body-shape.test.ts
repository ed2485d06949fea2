// The shapes of XML bodies, also where the copy was cut.
import { expect, test } from 'vitest';
import { BoundedCopy, shapeOf } from '../../../../src/bench/recorder/body-shape.ts';

function shape(text: string) {
  const copy = new BoundedCopy();
  for (let at = 0; at < text.length; at += 10_000) copy.add(Buffer.from(text.slice(at, at + 10_000)));
  return shapeOf(copy);
}

const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

test.each([
  ['<Retention><Mode>COMPLIANCE</Mode></Retention>', { root: 'Retention', hasNamespace: false }],
  [`<?xml version="1.0"?>\n<Retention ${NAMESPACE}/>`, { root: 'Retention', hasNamespace: true }],
  [
    `<Delete ${NAMESPACE}><Quiet>true</Quiet><Object><Key>a</Key></Object><Object><Key>b</Key></Object></Delete>`,
    { root: 'Delete', hasNamespace: true, objects: 2, quiet: true },
  ],
  ['<VersioningConfiguration/>', { root: 'VersioningConfiguration', hasNamespace: false }],
  ['<AcmeSecret/>', { root: 'other', hasNamespace: false }],
  ['5;chunk-signature=0', undefined],
])('%s', (text, expected) => {
  expect(shape(text)).toEqual(expected);
});

test('a multi-delete larger than the copy says that it was cut', () => {
  const text = `<Delete>${`<Object><Key>${'k'.repeat(300)}</Key></Object>`.repeat(1000)}</Delete>`;
  const { objects = 0, isCut } = shape(text) ?? {};
  expect(isCut).toBe(true);
  expect(objects).toBeGreaterThan(100);
  expect(objects).toBeLessThan(1000);
});
