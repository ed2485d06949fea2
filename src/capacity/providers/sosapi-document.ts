// The three numbers of a capacity.xml that another server wrote.

export interface SosapiNumbers {
  readonly capacity: bigint;
  readonly available: bigint;
  readonly used: bigint;
}

const DOCUMENT =
  /^\uFEFF?\s*(?:<\?xml[^<>]*\?>)?\s*<CapacityInfo(?:\s[^<>]*)?>((?:\s*<[A-Za-z]+>[^<>]*<\/[A-Za-z]+>)*)\s*<\/CapacityInfo>\s*$/;
const ELEMENT = /<([A-Za-z]+)>([^<>]*)<\/([A-Za-z]+)>/g;
const WANTED = ['Capacity', 'Available', 'Used'] as const;

/** Throws with the end of a sentence where it is anything but that document, each number in it once, an integer. */
export function readCapacityDocument(xml: string): SosapiNumbers {
  const content = DOCUMENT.exec(xml)?.[1];
  if (content === undefined) throw new Error('the answer is not a CapacityInfo document');
  const found = new Map<string, bigint>();
  for (const [, name = '', text = '', end] of content.matchAll(ELEMENT)) {
    if (name !== end) throw new Error('the answer is not a CapacityInfo document');
    if (!WANTED.some((wanted) => wanted === name)) continue;
    if (found.has(name)) throw new Error(`the answer has ${name} twice`);
    const trimmed = text.trim();
    if (!/^-?\d{1,30}$/.test(trimmed)) throw new Error(`${name} is not an integer`);
    found.set(name, BigInt(trimmed));
  }
  const [capacity, available, used] = WANTED.map((name) => found.get(name));
  if (capacity === undefined || available === undefined || used === undefined) {
    throw new Error(`the answer has no ${WANTED.filter((name) => !found.has(name)).join(' and no ')}`);
  }
  return { capacity, available, used };
}
