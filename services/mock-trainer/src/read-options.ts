import { parseArgs } from 'node:util';
import { type Option, options } from './options.ts';

type OptionName = keyof typeof options;

/** The values given for each option, in their order. */
export type Given = Map<string, string[]>;

/** The options that were given, and what is wrong with the form of the arguments. */
export function readOptions(args: readonly string[]): { given: Given; issues: string[] } {
  const declared = Object.fromEntries(
    Object.entries<Option>(options).map(([name, { value }]) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const), multiple: true },
    ]),
  );
  // Not strict: node would throw at the first mistake, and all are to be shown together.
  const { tokens } = parseArgs({ args: [...args], options: declared, strict: false, tokens: true });
  const given = new Map<string, string[]>();
  const issues: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') {
      issues.push(`argument "${token.value}" is unknown: accepted are options only, see --help`);
    } else if (token.kind === 'option') {
      const option = Object.hasOwn(options, token.name) ? declaration(token.name as OptionName) : undefined;
      if (option === undefined) issues.push(`option ${token.rawName} is unknown: see --help for the options`);
      else if (option.value === undefined && token.value !== undefined) {
        issues.push(
          `${token.rawName} is "${token.value}": accepted is ${token.rawName} alone, it takes no value`,
        );
      } else if (option.value !== undefined && token.value === undefined) {
        issues.push(`${token.rawName} has no value: accepted is ${token.rawName} ${option.value}`);
      } else given.set(token.name, [...(given.get(token.name) ?? []), token.value ?? '']);
    }
  }
  return { given, issues };
}

/** Readers of single options; a bad value is added to `issues` and something acceptable is returned instead. */
export function createReaders(given: Given, issues: string[]) {
  const text = (name: OptionName): string | undefined => given.get(name)?.at(-1) ?? declaration(name).default;
  const fail = <T>(name: string, value: string, accepted: string, instead: T): T => {
    issues.push(`${name} is "${value}": accepted is ${accepted}`);
    return instead;
  };
  const decimal = (name: OptionName, least: number, most: number): number => {
    const value = text(name) ?? '';
    const number = /^\d*\.?\d+(e[+-]?\d+)?$/i.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    return fail(`--${name}`, value, `a number from ${least} to ${most}`, least);
  };
  const integer = (name: OptionName, least: number, most: number): number => {
    const value = text(name) ?? '';
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    return fail(`--${name}`, value, `a whole number from ${least} to ${most}`, least);
  };
  return { text, fail, decimal, integer };
}

function declaration(name: OptionName): Option {
  return options[name];
}
