import { parseNumberRange } from './parseNumberRange.js';
import { type Operand, type Pipeline, parseTemplate, type TemplateNode } from './templateNodes.js';
import { refuse } from './templateTokens.js';

/** Environment variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface TemplateOptions {
  /** Of the frp process; undefined where it cannot be known, and what needs it is refused. */
  readonly environment: Environment | undefined;
  /** parseNumberRange and parseNumberRangePair: frp has them in all formats but INI. */
  readonly hasNumberRanges: boolean;
}

/** A template may not grow a file beyond what is read of one without. */
const MAX_OUTPUT = 4 * 1024 * 1024;
const MAX_STEPS = 1_000_000;

interface Pair {
  readonly First: number;
  readonly Second: number;
}
type Scalar = string | number | boolean | undefined;
type Value = Scalar | Pair | readonly (number | Pair)[] | typeof ROOT | typeof ENVIRONMENT;

const ROOT: unique symbol = Symbol('.');
const ENVIRONMENT: unique symbol = Symbol('.Envs');

/**
 * Evaluates the Go template that a config file of frp is (pkg/config/load.go), as far as it can be done without Go:
 * environment variables, number ranges, variables, `range`, `if`, `and`, `or`, `not`, `eq`, `ne`, `index`, `printf`.
 *
 * @throws FrpConfigError for anything else, and for more output than 4 MiB; the message names the line and quotes nothing
 */
export const renderTemplate = (template: string, options: TemplateOptions): string => {
  if (!template.includes('{{')) return template;
  const output: string[] = [];
  let size = 0;
  let steps = 0;

  const write = (text: string, offset: number): void => {
    size += text.length;
    if (size > MAX_OUTPUT) throw refuse(template, offset, `expected at most ${MAX_OUTPUT} characters to come of it`);
    output.push(text);
  };
  const count = (number: number, offset: number): void => {
    steps += number;
    if (steps > MAX_STEPS) throw refuse(template, offset, `expected at most ${MAX_STEPS} steps`);
  };

  const render = (nodes: readonly TemplateNode[], dot: Value, outer: Variables): void => {
    const variables = new Variables(outer);
    for (const node of nodes) {
      if (node.kind === 'text') write(node.text, 0);
      else renderAction(node, dot, variables);
    }
  };
  const renderAction = (node: Exclude<TemplateNode, { kind: 'text' }>, dot: Value, variables: Variables): void => {
    const { offset, target } = node;
    count(1, offset);
    const inner = node.kind === 'output' ? variables : new Variables(variables);
    const value = evaluate(node.pipeline, dot, variables, offset);
    if (target?.declares) inner.declare(target.name, value);
    else if (target !== undefined && !inner.set(target.name, value)) throw refuse(template, offset, 'no such variable');
    switch (node.kind) {
      case 'output':
        if (target === undefined) write(print(value, offset), offset);
        return;
      case 'if':
        render(isTrue(value) ? node.body : node.otherwise, dot, inner);
        return;
      case 'range': {
        if (!Array.isArray(value)) throw refuse(template, offset, 'expected range over parseNumberRange');
        if (value.length === 0) render(node.otherwise, dot, inner);
        const element = node.variables.at(-1);
        const index = node.variables.length > 1 ? node.variables[0] : undefined;
        value.forEach((item: number | Pair, position) => {
          count(1, offset);
          const own = new Variables(variables);
          if (index !== undefined) own.declare(index, position);
          if (element !== undefined) own.declare(element, item);
          render(node.body, item, own);
        });
      }
    }
  };
  const print = (value: Value, offset: number): string => {
    // text/template prints what is not there so.
    if (value === undefined) return '<no value>';
    if (typeof value === 'object' || typeof value === 'symbol')
      throw refuse(template, offset, 'expected a text or number');
    return String(value);
  };

  const evaluate = (pipeline: Pipeline, dot: Value, variables: Variables, offset: number): Value => {
    let result: Value;
    pipeline.forEach(([first, ...rest], position) => {
      const values = rest.map<Value>((operand) => evaluateOperand(operand, dot, variables, offset));
      const args: readonly Value[] = position === 0 ? values : [...values, result];
      if (first?.kind === 'function') result = call(first.name, args, offset);
      else if (first === undefined || args.length > 0) throw refuse(template, offset, 'expected a function');
      else result = evaluateOperand(first, dot, variables, offset);
    });
    return result;
  };
  const evaluateOperand = (operand: Operand, dot: Value, variables: Variables, offset: number): Value => {
    count(1, offset);
    switch (operand.kind) {
      case 'value':
        return operand.value;
      case 'function':
        return call(operand.name, [], offset);
      case 'path': {
        const { from, fields } = operand;
        const start =
          typeof from === 'string' ? startOf(from, dot, variables, offset) : evaluate(from, dot, variables, offset);
        return fields.reduce<Value>((value, field) => fieldOf(value, field, offset), start);
      }
    }
  };
  const startOf = (name: string, dot: Value, variables: Variables, offset: number): Value => {
    if (name === '.') return dot;
    if (name === '$') return ROOT;
    const found = variables.find(name);
    if (found === undefined) throw refuse(template, offset, 'no such variable');
    return found.get(name);
  };
  const fieldOf = (value: Value, field: string, offset: number): Value => {
    if (value === ROOT && field === 'Envs') return ENVIRONMENT;
    if (value === ENVIRONMENT) return variableOf(field, offset);
    if (isPair(value) && (field === 'First' || field === 'Second')) return value[field];
    throw refuse(template, offset, 'expected a field that there is: .Envs.NAME, .First or .Second');
  };
  const variableOf = (name: string, offset: number): string | undefined => {
    const { environment } = options;
    if (environment === undefined) throw refuse(template, offset, "the process's environment is not known here");
    return Object.hasOwn(environment, name) ? environment[name] : undefined;
  };

  const call = (name: string, args: readonly Value[], offset: number): Value => {
    const [first, second] = args;
    const wrong = (): Error => refuse(template, offset, 'this function cannot be evaluated here with these arguments');
    switch (name) {
      case 'parseNumberRange':
      case 'parseNumberRangePair': {
        if (!options.hasNumberRanges) throw refuse(template, offset, 'frp has no parseNumberRange in INI files');
        const lists = args.map((arg) => (typeof arg === 'string' ? parseNumberRange(arg) : undefined));
        const [ones, others] = lists;
        count((ones?.length ?? 0) + (others?.length ?? 0), offset);
        if (lists.length !== (name === 'parseNumberRange' ? 1 : 2) || ones === undefined) {
          throw refuse(template, offset, 'expected ranges such as "6000-6006,6007", of at most 65536 numbers');
        }
        if (name === 'parseNumberRange') return ones;
        if (ones.length !== others?.length) throw refuse(template, offset, 'expected two ranges of one length');
        return ones.map((First, index) => ({ First, Second: others[index] as number }));
      }
      case 'and':
        if (args.length === 0) throw wrong();
        return args.find((arg) => !isTrue(arg)) ?? (args.every(isTrue) ? args.at(-1) : undefined);
      case 'or':
        if (args.length === 0) throw wrong();
        return args.find(isTrue) ?? args.at(-1);
      case 'not':
        if (args.length !== 1) throw wrong();
        return !isTrue(first);
      case 'eq':
      case 'ne':
        if (args.length !== 2 || typeof first !== typeof second || typeof first === 'object') throw wrong();
        return (first === second) === (name === 'eq');
      case 'index':
        // As a map's element, not a field: what is not there is an empty string.
        if (args.length !== 2 || first !== ENVIRONMENT || typeof second !== 'string') throw wrong();
        return variableOf(second, offset) ?? '';
      case 'printf': {
        if (args.length !== 2 || (first !== '%q' && first !== '%s') || typeof second !== 'string') throw wrong();
        if (first === '%s') return second;
        if (!/^[\x20-\x7e]*$/.test(second)) throw wrong();
        return JSON.stringify(second);
      }
      default:
        throw refuse(template, offset, 'this function cannot be evaluated here');
    }
  };

  render(parseTemplate(template), ROOT, new Variables(undefined));
  return output.join('');
};

const isPair = (value: Value): value is Pair => typeof value === 'object' && 'First' in value;

/** Empty values are false (text/template's truth). */
const isTrue = (value: Value): boolean => (Array.isArray(value) ? value.length > 0 : Boolean(value));

/** Variables of a block; those of the blocks around are seen through it. */
class Variables {
  readonly #own = new Map<string, Value>();
  readonly #outer: Variables | undefined;

  constructor(outer: Variables | undefined) {
    this.#outer = outer;
  }

  declare(name: string, value: Value): void {
    this.#own.set(name, value);
  }

  set(name: string, value: Value): boolean {
    const found = this.find(name);
    found?.set(name, value);
    return found !== undefined;
  }

  /** The map that has a variable of this name. */
  find(name: string): Map<string, Value> | undefined {
    return this.#own.has(name) ? this.#own : this.#outer?.find(name);
  }
}
