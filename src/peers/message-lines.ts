// Lines out of the pieces that a connection brings, each bounded in length.
import { StringDecoder } from 'node:string_decoder';
import { PeerProtocolError } from './peer-message.ts';

export interface MessageLines {
  /** Gives the lines that are complete now, without their ends. Throws PeerProtocolError where one is too long. */
  take(piece: Uint8Array): readonly string[];
}

export function createMessageLines(maxLength: number): MessageLines {
  const decoder = new StringDecoder('utf8');
  let begun: string[] = [];
  let length = 0;

  function begin(text: string): void {
    length += text.length;
    if (length > maxLength)
      throw new PeerProtocolError(`it says more than ${maxLength} characters in a line`);
    begun.push(text);
  }

  return {
    take(piece) {
      const [first = '', ...others] = decoder.write(piece).split('\n');
      begin(first);
      return others.map((next) => {
        const line = begun.join('');
        begun = [];
        length = 0;
        begin(next);
        return line;
      });
    },
  };
}
