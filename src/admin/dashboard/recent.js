// Sums over the latest seconds of traffic. Pure.

/** @typedef {import('./answers.js').Live} Live */

export const WINDOW_SECONDS = 300;
export const WINDOW_WORDS = 'in the last 5 minutes';

/**
 * @param {Live} live
 * @param {number} seconds a multiple of the step
 */
export function recent({ traffic: { points, stepSeconds } }, seconds) {
  const sum = { requests: 0, errors: 0, refused: 0, requestBytes: 0, responseBytes: 0, seconds: 0 };
  for (const point of points.slice(-Math.ceil(seconds / stepSeconds))) {
    sum.requests += point.requests;
    sum.errors += point.errors;
    sum.refused += point.refused;
    sum.requestBytes += point.requestBytes;
    sum.responseBytes += point.responseBytes;
    sum.seconds += stepSeconds;
  }
  return sum;
}
