// How many cells of a terminal a text takes, and texts cut to fit.

/** Two cells each: East Asian wide and full-width blocks (Unicode 16, EastAsianWidth.txt), and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
/** None: what stands on the character before, and what a terminal does not show. */
const NONE = /[\p{M}\p{Cf}]/u;
const ASCII = /^[ -~]*$/;

export function shownWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

/** With `…` where something was cut off at the end; at `start` instead, where that says less. */
export function cutTo(text: string, width: number, from: 'start' | 'end' = 'end'): string {
  if (shownWidth(text) <= width) return text;
  if (width < 1) return '';
  const characters = from === 'end' ? [...text] : [...text].reverse();
  let left = width - 1;
  const kept: string[] = [];
  for (const character of characters) {
    left -= widthOf(character);
    if (left < 0) break;
    kept.push(character);
  }
  return from === 'end' ? `${kept.join('')}…` : `…${kept.reverse().join('')}`;
}

function widthOf(character: string): number {
  return NONE.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
}
