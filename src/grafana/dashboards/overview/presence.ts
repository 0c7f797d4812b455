import type { DashboardContext } from '../../DashboardContext.js';
import type { Words } from '../../DashboardSpec.js';
import { missed } from '../../missed.js';
import { perInstance } from '../../promql.js';
import { UP } from '../../words.js';

// Of a host that is lost no series comes any more, none of `up` either.

const SILENT = -1;

export const PRESENCE: Words = { ...UP, [SILENT]: { text: 'silent', color: 'red' } };

/** 1 of what is missed. @param where of frps or frpc: a selector */
const gone = ({ metric }: DashboardContext, where: string): string =>
  `(${missed(`${metric('frp.process.expected')}{${where}}`)})`;

const up = ({ metric }: DashboardContext, where: string): string =>
  perInstance(`${metric('frp.process.up')}{${where}}`);

/** How many are there. */
export const observedCount = (context: DashboardContext, where: string): string => `count(${up(context, where)})`;

/** How many are down or silent; 0 only where one is there. */
export const goneCount = (context: DashboardContext, where: string): string =>
  `count(${up(context, where)} == 0 or ${gone(context, where)}) or 0 * ${observedCount(context, where)}`;

/** A number of PRESENCE for each. */
export const presence = (context: DashboardContext, where: string): string =>
  `${up(context, where)} or ${gone(context, where)} * 0 + ${SILENT}`;
