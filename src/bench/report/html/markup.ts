// HTML that cannot hold text as markup: whatever is put into a template is escaped, unless a template made it.

export type Content = string | number | Markup | undefined | readonly Content[];

/** Made by `html` and `trusted` only. The elements are closed as in XML, so that a strict parser reads the page too. */
export class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** Values may stand in text and in attributes with double quotes; never in a tag's or an attribute's name. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(parts.reduce((left, part, at) => `${left}${render(values[at - 1])}${part}`));
}

/** For texts of this program that are no HTML text, such as the style sheet: as they are. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

function render(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.toString();
  if (typeof content === 'object') return content.map(render).join('');
  return escapeText(String(content));
}

/** What a reader cannot see or a page cannot hold: control and format characters (bidi, zero width), half surrogates. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Cn}]/gu;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeText(text: string): string {
  return text.replace(UNSEEN, visible).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** By its number: fonts seldom have the pictures that Unicode has of some. */
function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === '\t' || character === '\n') return character;
  if (character === '\r') return '\u27e8CR\u27e9';
  return `\u27e8U+${code.toString(16).toUpperCase().padStart(4, '0')}\u27e9`;
}

/** The beginning of a text, as much of it as takes so many bytes in the page, and a mark where there is more. */
export function cutText(text: string, maxBytes: number): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(escapeText(character));
    if (bytes > maxBytes) return `${text.slice(0, end)}\u2026`;
    end += character.length;
  }
  return text;
}
