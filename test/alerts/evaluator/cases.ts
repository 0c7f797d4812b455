import type { AbsenceRule, EffectiveRule, IncreaseRule, RatioRule, ValueRule } from '../../../src/alerts/AlertRule.js';
import type { CaseSeries } from './series.js';

/** What rules make of series: for our evaluator and for Prometheus alike. */
export interface EvaluatorCase {
  readonly name: string;
  readonly rules: readonly EffectiveRule[];
  /** From one evaluation to the next. */
  readonly stepSeconds: number;
  readonly series: readonly CaseSeries[];
  /** By the values of the alert's attributes, a letter for each evaluation: `.` none, `P` pending, `F` firing. */
  readonly expected: Readonly<Record<string, string>>;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const head = {
  by: ['frp.instance'],
  subject: 'server',
  forMillis: 0,
  keepFiringForMillis: 0,
  severity: 'high',
  summary: 'it is at {value}',
  description: 'It is told as {value}.',
  runbook: ['Look.', 'Mend it.'],
} as const;

const isDown = (parts: Partial<ValueRule> = {}): EffectiveRule => ({
  ...head,
  name: 'Down',
  of: 'value',
  metric: 'frp.process.up',
  comparison: '==',
  threshold: 0,
  ...parts,
});

const isHigh = (parts: Partial<EffectiveRule<ValueRule>> = {}): EffectiveRule => ({
  ...head,
  name: 'High',
  of: 'value',
  metric: 'frp.proxy.connection.active',
  comparison: '>',
  threshold: 10,
  ...parts,
});

const grew = (parts: Partial<IncreaseRule> = {}): EffectiveRule => ({
  ...head,
  name: 'Grew',
  of: 'increase',
  // Without the value: where the window is not full, Prometheus tells what it guesses, and we what was counted.
  summary: '{frp.instance} has grown',
  description: 'It has grown.',
  metric: 'frp.server.proxy.starts',
  windowMillis: MINUTE,
  comparison: '>',
  threshold: 0,
  ...parts,
});

const failing = (parts: Partial<RatioRule> = {}): EffectiveRule => ({
  ...head,
  name: 'Failing',
  of: 'ratio',
  metric: 'frp.proxy.connections',
  where: { 'frp.role': 'client', 'error.type': true },
  whole: { metric: 'frp.proxy.connections', where: { 'frp.role': 'server', 'error.type': false } },
  by: ['frp.proxy.name'],
  summary: '{value} of {frp.proxy.name} fail',
  windowMillis: MINUTE,
  atLeast: 3,
  comparison: '>',
  threshold: 0.25,
  ...parts,
});

const absent = (parts: Partial<AbsenceRule> = {}): EffectiveRule => ({
  ...head,
  name: 'Absent',
  of: 'absence',
  metric: 'frp.process.up',
  windowMillis: 2 * MINUTE,
  ...parts,
});

const up = (values: string, instance = 'a'): CaseSeries => ({
  metric: 'frp.process.up',
  attributes: { 'frp.role': 'server', 'frp.instance': instance },
  values,
});

const open = (values: string, proxy: string, instance = 'a'): CaseSeries => ({
  metric: 'frp.proxy.connection.active',
  attributes: { 'frp.instance': instance, 'frp.proxy.name': proxy },
  values,
});

const starts = (values: string, extra: Readonly<Record<string, string>> = {}, instance = 'a'): CaseSeries => ({
  metric: 'frp.server.proxy.starts',
  attributes: { 'frp.instance': instance, ...extra },
  values,
});

const connections = (values: string, role: string, extra: Readonly<Record<string, string>> = {}): CaseSeries => ({
  metric: 'frp.proxy.connections',
  attributes: { 'frp.role': role, 'frp.proxy.name': 'web', ...extra },
  values,
});

const REFUSED = { 'error.type': 'refused' };

/** Evaluations are 15 s apart unless a case says otherwise. */
const cases: readonly (Omit<EvaluatorCase, 'stepSeconds'> & { readonly stepSeconds?: number })[] = [
  {
    name: 'fires at once without a time to wait, and is resolved at the first evaluation without it',
    rules: [isDown()],
    series: [up('1 1 0 0 1 1')],
    expected: { a: '..FF..' },
  },
  {
    name: 'is pending until it has held for its time, and fires exactly then',
    rules: [isDown({ forMillis: 45 * SECOND })],
    series: [up('1 0x5 1')],
    expected: { a: '.PPPFFF.' },
  },
  {
    name: 'whose time is no multiple of the interval fires at the first evaluation after it',
    rules: [isDown({ forMillis: 40 * SECOND })],
    series: [up('1 0x5 1')],
    expected: { a: '.PPPFFF.' },
  },
  {
    name: 'begins to wait anew after each break',
    rules: [isDown({ forMillis: 30 * SECOND })],
    series: [up('0 0 1 0 0 1 0 0 0 1')],
    expected: { a: 'PP.PP.PPF.' },
  },
  {
    name: 'that flaps fires each time',
    rules: [isDown()],
    series: [up('0 1 0 1 0')],
    expected: { a: 'F.F.F' },
  },
  {
    name: 'is kept firing for its time after it held last, and not exactly until then',
    rules: [isDown({ keepFiringForMillis: 45 * SECOND })],
    series: [up('0 0 1x5')],
    expected: { a: 'FFFFF...' },
  },
  {
    name: 'that is kept firing and holds again fires on, and its time begins anew',
    rules: [isDown({ keepFiringForMillis: 30 * SECOND })],
    series: [up('0 1 0 1 1 1 1')],
    expected: { a: 'FFFFF..' },
  },
  {
    name: 'that is pending is kept by nothing',
    rules: [isDown({ forMillis: 30 * SECOND, keepFiringForMillis: 5 * MINUTE })],
    series: [up('0 0 1 1 1')],
    expected: { a: 'PP...' },
  },
  {
    name: 'waits its time again after it was resolved',
    rules: [isDown({ forMillis: 30 * SECOND, keepFiringForMillis: 15 * SECOND })],
    series: [up('0 0 0 1 1 0 0 0')],
    expected: { a: 'PPFF.PPF' },
  },
  {
    name: 'of a series that ends is over, be it pending or firing',
    rules: [isDown({ forMillis: 30 * SECOND })],
    series: [up('0x3 stale _x2'), up('0 0 stale _ _ _ _', 'b')],
    expected: { a: 'PPFF...', b: 'PP.....' },
  },
  {
    name: 'of a series that comes later begins then',
    rules: [isDown({ forMillis: 15 * SECOND })],
    series: [up('_x2 0 0 0')],
    expected: { a: '..PFF' },
  },
  {
    name: 'takes what is no number for nothing beyond a threshold',
    rules: [isDown(), isHigh({ name: 'Low', comparison: '<', reduce: 'min' })],
    series: [up('NaN 0 NaN'), open('NaN 1 NaN', 'web')],
    expected: { 'Down a': '.F.', 'Low a': '.F.' },
  },
  {
    name: 'lets a number win over what is none, but in a sum',
    rules: [isHigh({ name: 'Max' }), isHigh({ name: 'Min', reduce: 'min' }), isHigh({ name: 'Sum', reduce: 'sum' })],
    series: [open('NaN NaN 20 20', 'web'), open('20 NaN NaN 20', 'ssh')],
    expected: { 'Max a': 'F.FF', 'Min a': 'F.FF', 'Sum a': '...F' },
  },
  {
    name: 'takes that which is not equal to a number for unequal',
    rules: [isHigh({ name: 'Other', comparison: '!=' })],
    series: [open('NaN 10 11', 'web')],
    expected: { a: 'F.F' },
  },
  {
    name: 'is one for each of several series',
    rules: [isDown({ forMillis: 15 * SECOND })],
    series: [up('0 0 1 1'), up('1 0 0 0', 'b'), up('1 1 1 1', 'c')],
    expected: { a: 'PF..', b: '.PFF' },
  },
  {
    name: 'is of the largest of what falls together, unless it says otherwise',
    rules: [isHigh(), isHigh({ name: 'Least', reduce: 'min' }), isHigh({ name: 'Total', reduce: 'sum' })],
    series: [open('1 11 11 6', 'web'), open('2 2 12 6', 'ssh')],
    expected: { 'High a': '.FF.', 'Least a': '..F.', 'Total a': '.FFF' },
  },
  {
    name: 'compares as it says',
    rules: (['>', '>=', '<', '<=', '==', '!='] as const).map((comparison, index) =>
      isHigh({ name: `C${index}`, comparison }),
    ),
    series: [open('9 10 11', 'web')],
    expected: { 'C0 a': '..F', 'C1 a': '.FF', 'C2 a': 'F..', 'C3 a': 'FF.', 'C4 a': '.F.', 'C5 a': 'F.F' },
  },
  {
    name: 'is equal to the largest or the smallest only where none is beyond',
    rules: [isHigh({ name: 'Max', comparison: '==' }), isHigh({ name: 'Min', comparison: '==', reduce: 'min' })],
    series: [open('10 10 10', 'web'), open('9 11 10', 'ssh')],
    expected: { 'Max a': 'F.F', 'Min a': '.FF' },
  },
  {
    name: 'counts those series only that it selects: a value, one of several, any, none',
    rules: [
      grew({ name: 'Any', where: { 'error.type': true } }),
      grew({ name: 'None', where: { 'error.type': false } }),
      grew({ name: 'One', where: { 'error.type': ['refused', 'late'] } }),
    ],
    series: [starts('0 1 1', { 'error.type': 'other' }), starts('0 0 1'), starts('0 0 1', REFUSED)],
    expected: { 'Any a': '.FF', 'None a': '..F', 'One a': '..F' },
  },
  {
    name: 'is for those proxies only that it names, where * is any text',
    rules: [
      isHigh({ name: 'Named', by: ['frp.proxy.name'], proxies: { matching: 'web*.x', except: [] } }),
      isHigh({ name: 'Others', by: ['frp.proxy.name'], proxies: { matching: undefined, except: ['web*', 's.h'] } }),
    ],
    series: [open('11', 'web-1.x'), open('11', 'web.y'), open('11', 'ssh'), open('11', 's.h')],
    expected: { 'Named web-1.x': 'F', 'Others ssh': 'F' },
  },
  {
    name: 'of growth holds as long as the growth is in the window',
    rules: [grew()],
    series: [starts('5 5 6x9')],
    expected: { a: '..FFFF......' },
  },
  {
    name: 'of growth adds up what falls together, and counts on over a reset',
    rules: [grew({ threshold: 2 })],
    series: [starts('7 7 8 8 8 8 8 8', { 'frp.role': 'x' }), starts('5 5 5 2 2 2 2 2')],
    expected: { a: '...FFF..' },
  },
  {
    name: 'of growth waits its time from when the growth is beyond',
    rules: [grew({ forMillis: 30 * SECOND })],
    series: [starts('5 5 6x9')],
    expected: { a: '..PPFF......' },
  },
  {
    name: 'of growth outlives the series that grew',
    rules: [grew()],
    series: [starts('5 5 6 stale _x5')],
    expected: { a: '..FFFF...' },
  },
  {
    name: 'of a share joins what two roles count',
    rules: [failing()],
    series: [connections('0x4 4x9', 'client', REFUSED), connections('0x4 10x9', 'server')],
    expected: { web: '.....FFFF......' },
  },
  {
    name: 'of a share holds not below so many, nor where the whole has not grown',
    rules: [failing({ name: 'Few' }), failing({ name: 'Idle', whole: { metric: 'frp.proxy.connection.active' } })],
    series: [
      connections('0x4 2x4', 'client', REFUSED),
      connections('0x4 4x4', 'server'),
      { ...open('5x9', 'web'), attributes: { 'frp.proxy.name': 'web' } },
    ],
    expected: {},
  },
  {
    name: 'of an absence holds for what was there within the window, from when it is not',
    rules: [absent()],
    series: [up('1x2 stale _x11')],
    expected: { a: '...FFFFFFFF....' },
  },
  {
    name: 'of an absence holds not for what was 0 when it was seen last',
    rules: [absent()],
    series: [up('1 1 0 stale _ _ _'), up('0 0 1 stale _ _ _', 'b')],
    expected: { b: '...FFFF' },
  },
  {
    name: 'of an absence waits its time, and is over when it is back',
    rules: [absent({ forMillis: 30 * SECOND })],
    series: [up('1 1 stale _ _ _ 1 1')],
    expected: { a: '..PPFF..' },
  },
  {
    name: 'of several rules of one name is told of each',
    rules: [
      isDown({ name: 'Either' }),
      isHigh({ name: 'Either', by: ['frp.instance', 'frp.proxy.name'], severity: 'low' }),
    ],
    series: [up('1 0 0'), open('0 0 11', 'web')],
    expected: { 'Either a': '.FF', 'Either a web': '..F' },
  },
];

export const evaluatorCases: readonly EvaluatorCase[] = cases.map((each) => ({ stepSeconds: 15, ...each }));
