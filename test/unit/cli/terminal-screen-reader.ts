// What a terminal shows after all that was written to it: as much of xterm as our own screens use, and an error for anything else.

export class TerminalScreenReader {
  readonly columns: number;
  readonly rows: number;
  #cells: string[][];
  #main: string[][] | undefined;
  #row = 0;
  #column = 0;
  #rest = '';
  isAlternate = false;
  hasCursor = true;
  wraps = true;
  /** Lines that would have gone on in the next one. */
  tooLong = 0;
  readonly styles = new Set<string>();

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    this.#cells = this.#blank();
  }

  get lines(): readonly string[] {
    return this.#cells.map((line) => line.join('').trimEnd());
  }

  get text(): string {
    return this.lines.join('\n');
  }

  write(text: string): void {
    let rest = this.#rest + text;
    while (rest !== '') {
      if (rest.startsWith('\x1b')) {
        const found = /^\x1b\[(\??)([0-9;]*)([A-Za-z])/.exec(rest);
        if (found === null) {
          if (/^\x1b(\[[?0-9;]*)?$/.test(rest)) break;
          throw new Error(`a sequence that is not known: ${JSON.stringify(rest.slice(0, 20))}`);
        }
        const [whole, mode, digits = '', command = ''] = found;
        this.#obey(mode === '?', digits, command);
        rest = rest.slice(whole.length);
        continue;
      }
      const [character = ''] = rest;
      this.#put(character);
      rest = rest.slice(character.length);
    }
    this.#rest = rest;
  }

  #obey(isMode: boolean, digits: string, command: string): void {
    const [one = 0, two = 0] = digits.split(';').map(Number);
    if (isMode) {
      const isSet = command === 'h';
      if (one === 1049) this.#switch(isSet);
      else if (one === 25) this.hasCursor = isSet;
      else if (one === 7) this.wraps = isSet;
      else throw new Error(`mode ${one} is not known`);
    } else if (command === 'H') {
      this.#row = Math.max(1, one) - 1;
      this.#column = Math.max(1, two) - 1;
    } else if (command === 'K') {
      this.#cells[this.#row]?.fill(' ', this.#column);
    } else if (command === 'J') {
      this.#cells = this.#blank();
    } else if (command === 'm') {
      this.styles.add(digits);
    } else {
      throw new Error(`the sequence ${digits}${command} is not known`);
    }
  }

  #switch(isAlternate: boolean): void {
    this.isAlternate = isAlternate;
    if (isAlternate) {
      this.#main = this.#cells;
      this.#cells = this.#blank();
    } else {
      this.#cells = this.#main ?? this.#cells;
    }
    this.#row = 0;
    this.#column = 0;
  }

  #put(character: string): void {
    if (character === '\r') {
      this.#column = 0;
      return;
    }
    if (character === '\n') {
      this.#row++;
      return;
    }
    const line = this.#cells[this.#row];
    if (line === undefined || this.#column >= this.columns) this.tooLong++;
    else line[this.#column] = character;
    this.#column++;
  }

  #blank(): string[][] {
    return Array.from({ length: this.rows }, () => Array.from({ length: this.columns }, () => ' '));
  }
}
