import { styleText } from 'node:util';
import type { Io } from '../Command.js';
import type { Page } from './renderTable.js';

/** Colours and a width for a terminal; neither for a pipe, and no colours where NO_COLOR is set (no-color.org). */
export const pageOf = ({ stdout, env }: Io): Page => {
  const isTerminal = stdout.isTTY === true;
  const hasColours = isTerminal && !env.NO_COLOR && env.TERM !== 'dumb';
  return {
    width: (isTerminal && stdout.columns) || Number.POSITIVE_INFINITY,
    // Node >= 22.13 looks at process.stdout itself, which may be another stream.
    paint: hasColours ? (style, text) => styleText(style, text, { validateStream: false }) : (_style, text) => text,
  };
};
