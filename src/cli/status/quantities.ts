/** What stands for a value that no source tells: never 0. */
export const UNKNOWN = '-';

/** A writer of quantities: what is not known is `-`. */
const known =
  (write: (value: number) => string) =>
  (value: number | null): string =>
    value === null ? UNKNOWN : write(value);

/** Three digits at the most and a unit of a thousand: `999 B`, `1.2 kB`, `34 MB`. */
const UNITS = ['', 'k', 'M', 'G', 'T', 'P', 'E'];
const scaled = (value: number): readonly [digits: string, prefix: string] => {
  let rest = value;
  let unit = 0;
  // Not 1000: 999.6 would be written as four digits.
  while (rest >= 999.5 && unit < UNITS.length - 1) {
    rest /= 1000;
    unit += 1;
  }
  return [unit === 0 || rest >= 9.95 ? rest.toFixed(0) : rest.toFixed(1), UNITS[unit] as string];
};

export const bytes = known((value) => {
  const [digits, prefix] = scaled(value);
  return `${digits} ${prefix}B`;
});

export const count = known((value) => (value < 100_000 ? value.toFixed(0) : scaled(value).join('')));

/** Two units at the most: `45s`, `12m`, `3h12m`, `5d3h`. */
export const duration = known((seconds) => {
  const whole = Math.max(0, Math.floor(seconds));
  const [minutes, hours, days] = [Math.floor(whole / 60), Math.floor(whole / 3600), Math.floor(whole / 86_400)];
  if (minutes === 0) return `${whole}s`;
  if (hours === 0) return `${minutes}m`;
  if (days === 0) return withRest(hours, 'h', minutes % 60, 'm');
  return days < 100 ? withRest(days, 'd', hours % 24, 'h') : `${days}d`;
});

const withRest = (value: number, unit: string, rest: number, restUnit: string): string =>
  rest === 0 ? `${value}${unit}` : `${value}${unit}${rest}${restUnit}`;

/** Of seconds: `0.3ms`, `12ms`, `1.2s`. */
export const roundTrip = known((seconds) => {
  if (seconds >= 0.9995) return `${seconds.toFixed(1)}s`;
  const millis = seconds * 1000;
  return `${millis < 9.95 ? millis.toFixed(1) : millis.toFixed(0)}ms`;
});
