// What a test asks a page in a browser: expressions that run there and give JSON.

/** Words with less than 4.5:1 against their ground, and curves with less than 3:1 (WCAG 2.2, 1.4.3 and 1.4.11). */
export const contrastFaults = `(() => {
  const parse = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const isClear = ([, , , alpha = 1]) => alpha === 0;
  const light = (colour) => {
    const [red, green, blue] = parse(colour).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (!isClear(parse(colour))) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const ratio = (a, b) => {
    const [low, high] = [light(a), light(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const faults = [];
  const check = (element, colour, least) => {
    const found = ratio(colour, ground(element));
    if (!(found >= least)) faults.push(element.tagName + ' ' + element.textContent.slice(0, 40) + ': ' + found.toFixed(2));
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (texts.currentNode.data.trim() === '' || seen.has(element)) continue;
    seen.add(element);
    const style = getComputedStyle(element);
    check(element, element instanceof SVGElement ? style.fill : style.color, 4.5);
  }
  for (const curve of document.querySelectorAll('path.curve')) check(curve, getComputedStyle(curve).stroke, 3);
  for (const mark of document.querySelectorAll('[class^=mark-]')) check(mark, getComputedStyle(mark).fill, 3);
  return faults;
})()`;

/** Parts that a keyboard reaches or a reader jumps to, without a name. */
export const unnamedParts = `[...document.querySelectorAll('a, summary, table, section, article, [role]')]
  .filter((element) => {
    const named = element.getAttribute('aria-label')
      ?? document.getElementById(element.getAttribute('aria-labelledby') ?? '')?.textContent
      ?? element.querySelector('caption')?.textContent
      ?? element.textContent;
    return named.trim() === '';
  })
  .map((element) => element.outerHTML.slice(0, 80))`;

/** Every element with the names of its attributes, in document order. */
export const elementSkeleton = `[...document.querySelectorAll('*')].map((element) =>
  [element.parentElement?.tagName, element.tagName, ...element.getAttributeNames()].join(' '))`;
