// The one error that ends the bench in good order.

/** Something that was measured does not count, or cannot be measured at all; the message is one sentence. */
export class MeasurementError extends Error {
  override readonly name = 'MeasurementError';
}
