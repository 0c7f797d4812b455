/** A piece of a text with placeholders. */
export type TemplatePart = { readonly text: string } | { readonly placeholder: string };

export interface Template {
  readonly parts: readonly TemplatePart[];
}

/** Why a text is no template. */
export interface TemplateFault {
  readonly fault: string;
}

/** Placeholders besides attributes. */
const QUANTITIES = ['value', 'threshold'];

/** A brace that is meant, a placeholder, anything else but braces, or a brace that stands alone. */
const PIECE = /\{\{|\}\}|\{([^{}]*)\}|[^{}]+|[{}]/g;

/**
 * Reads a rule's summary or description: `{frp.proxy.name}` is an attribute, `{value}` and `{threshold}` are quantities, `{{` and
 * `}}` a brace.
 *
 * @param names the attributes that it may have: the rule's `by`
 */
export const parseTemplate = (text: string, names: readonly string[]): Template | TemplateFault => {
  const known = [...names, ...QUANTITIES];
  const parts: TemplatePart[] = [];
  let before = ''; // text that no part has yet: one text is one part, so that who writes it sees all its braces
  const endText = (): void => {
    if (before !== '') parts.push({ text: before });
    before = '';
  };
  for (const { 0: piece, 1: placeholder, index } of text.matchAll(PIECE)) {
    if (placeholder === undefined) {
      if (piece === '{' || piece === '}')
        return { fault: `expected {{ or }} for a brace, found ${piece} at ${index + 1}` };
      before += piece === '{{' || piece === '}}' ? piece.slice(1) : piece;
    } else if (known.includes(placeholder)) {
      endText();
      parts.push({ placeholder });
    } else
      return {
        fault: `expected one of ${known.map((name) => `{${name}}`).join(', ')}, found ${JSON.stringify(piece)}`,
      };
  }
  endText();
  return { parts };
};

/**
 * The same of a rule that was checked.
 *
 * @throws TypeError for what is no template
 */
export const templateOf = (text: string, names: readonly string[]): Template => {
  const template = parseTemplate(text, names);
  if ('fault' in template) throw new TypeError(`${template.fault} in ${JSON.stringify(text)}`);
  return template;
};

/** @param values what stands for each placeholder; nothing for an attribute that a series has not */
export const renderText = ({ parts }: Template, values: Readonly<Record<string, string | undefined>>): string =>
  parts.map((part) => ('text' in part ? part.text : (values[part.placeholder] ?? ''))).join('');

/**
 * A value with its unit, as the templates of Prometheus write it (`humanizePercentage`, `humanize1024`, `humanizeDuration`), so that
 * an alert reads the same whoever tells it: `7.5%`, `1.5GiB`, `2m 3s`. What has no unit of these is a number.
 *
 * @param unit UCUM
 */
export const writeQuantity = (value: number, unit: string): string => {
  if (!Number.isFinite(value)) return String(value);
  switch (unit) {
    case '1':
      return `${fourDigits(100 * value)}%`;
    case 'By':
      return bytes(value);
    case 'By/s':
      return `${bytes(value)}/s`;
    case 's':
      return duration(value);
    default:
      return Number.isInteger(value) ? String(value) : fourDigits(value);
  }
};

const fourDigits = (value: number): string => String(Number(value.toPrecision(4)));

const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

const bytes = (value: number): string => {
  const power = value === 0 ? 0 : Math.floor(Math.log2(Math.abs(value)) / 10);
  const index = Math.min(Math.max(power, 0), BINARY.length - 1);
  return `${fourDigits(value / 1024 ** index)}${BINARY[index]}B`;
};

const duration = (value: number): string => {
  const size = Math.abs(value);
  if (size < 1 && size > 0) return size < 0.001 ? `${fourDigits(1e6 * value)}us` : `${fourDigits(1e3 * value)}ms`;
  if (size < 60) return `${fourDigits(value)}s`;
  const whole = Math.floor(size);
  const [days, hours, minutes] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3_600) % 24,
    Math.floor(whole / 60) % 60,
  ];
  const parts = [`${days}d`, `${hours}h`, `${minutes}m`, `${whole % 60}s`];
  return `${value < 0 ? '-' : ''}${parts.slice(days > 0 ? 0 : hours > 0 ? 1 : 2).join(' ')}`;
};
