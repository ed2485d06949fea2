// A body on its way to a store that must not become whole there before it was proven: its last byte waits.
import type { BodyForm } from '../backend/backend.ts';
import type { BodySink } from '../http1/body-sink.ts';
import type { BodyFraming } from '../http1/head.ts';
import type { AwsChunkedWriter } from '../sigv4/aws-chunked-writer.ts';
import type { PayloadCheck } from './payload-check.ts';

export interface CheckedUploadOptions {
  readonly check: PayloadCheck;
  readonly form: BodyForm;
  /** On the line to the store. */
  readonly framing: BodyFraming;
  readonly upload: BodySink;
}

export class CheckedUpload implements BodySink {
  readonly #check: PayloadCheck;
  readonly #form: BodyForm;
  readonly #upload: BodySink;
  readonly #length: number | undefined;
  readonly #writer: AwsChunkedWriter | undefined;
  #sent = 0;
  #last: Buffer | undefined;
  #isOver = false;
  /** Why the upload was broken off, where it was because of its own bytes. */
  error: Error | undefined;

  constructor({ check, form, framing, upload }: CheckedUploadOptions) {
    this.#check = check;
    this.#form = form;
    this.#upload = upload;
    this.#length = framing.kind === 'length' ? framing.length : undefined;
    this.#writer = form === 'reframed' ? check.writer((bytes) => this.#send(bytes)) : undefined;
  }

  get idle(): boolean {
    return this.#upload.idle;
  }

  whenIdle(callback: () => void): void {
    this.#upload.whenIdle(callback);
  }

  write(slice: Buffer, roomBefore?: number): void {
    if (this.#isOver) return;
    this.#attempt(() => this.#pass(slice, roomBefore));
  }

  end(): void {
    if (this.#isOver) return;
    this.#attempt(() => {
      this.#check.end();
      this.#writer?.end(this.#check.checksumValue);
      this.#isOver = true;
      if (this.#last !== undefined) this.#upload.write(this.#last);
      this.#upload.end();
    });
  }

  abort(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#upload.abort(error);
  }

  #pass(slice: Buffer, roomBefore: number | undefined): void {
    switch (this.#form) {
      case 'as-sent':
        this.#check.write(slice, () => {});
        this.#send(slice, roomBefore);
        return;
      case 'decoded':
        this.#check.write(slice, (data) => this.#send(data));
        return;
      case 'reframed':
        this.#check.write(slice, (data) => this.#writer?.data(data));
        return;
    }
  }

  #send(bytes: Buffer, roomBefore?: number): void {
    this.#sent += bytes.length;
    const isLast = this.#sent === this.#length;
    const now = isLast ? bytes.subarray(0, -1) : bytes;
    if (isLast) this.#last = Buffer.from(bytes.subarray(-1));
    if (now.length > 0) this.#upload.write(now, roomBefore);
  }

  #attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#isOver = true;
      this.error = error instanceof Error ? error : new Error(String(error));
      this.#upload.abort(this.error);
    }
  }
}
