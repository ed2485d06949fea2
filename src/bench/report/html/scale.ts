// From values to places on an axis, with round numbers to mark it.

export interface Scale {
  /** 0 at the axis' beginning, 1 at its end. */
  place(value: number): number;
  readonly ticks: readonly number[];
}

/** From 0 to the first round number that is not below `highest`. */
export function linearScale(highest: number, wanted = 4): Scale {
  const top = Number.isFinite(highest) && highest > 0 ? highest : 1;
  const step = roundStep(top / wanted);
  const count = Math.max(1, Math.ceil(top / step - 1e-9));
  const end = step * count;
  return {
    place: (value) => clamp(value / end),
    ticks: Array.from({ length: count + 1 }, (_, at) => step * at),
  };
}

/** From a power of ten to a power of ten, for values that differ by magnitudes. What is not above 0 stands at the beginning. */
export function logScale(lowest: number, highest: number): Scale {
  const low = Number.isFinite(lowest) && lowest > 0 ? lowest : 1;
  const high = Number.isFinite(highest) && highest > low ? highest : low;
  const from = Math.floor(Math.log10(low) + 1e-9);
  const to = Math.max(from + 1, Math.ceil(Math.log10(high) - 1e-9));
  return {
    place: (value) => (value > 0 ? clamp((Math.log10(value) - from) / (to - from)) : 0),
    ticks: Array.from({ length: to - from + 1 }, (_, at) => 10 ** (from + at)),
  };
}

/** 1, 2 or 5 times a power of ten. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10;
  return step * power;
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
