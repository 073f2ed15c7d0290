import * as v from 'valibot';

/** One setting: its environment variable, what it takes, and one line of documentation. */
export interface Setting<
  TSchema extends v.GenericSchema<string, unknown> = v.GenericSchema<string, unknown>,
> {
  readonly variable: string;
  /** Text that stands in when the variable is unset or empty; without it the setting is optional. */
  readonly default?: string;
  readonly accepts: string;
  readonly description: string;
  /** Its value is never shown. */
  readonly secret?: true;
  readonly schema: TSchema;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** A table of settings, each declared once: parser, `--help` and documentation are made from it. */
export type SettingsTable = Readonly<Record<string, Setting>>;

/** Settings as they are declared: whole, with the type of their schema. */
export function setting<TSchema extends v.GenericSchema<string, unknown>>(
  of: Setting<TSchema>,
): Setting<TSchema> {
  return of;
}

export const text = v.string();

/** Digits only, within bounds. */
export function wholeNumber(least: number, most: number) {
  return v.pipe(text, v.regex(/^\d+$/), v.transform(Number), v.minValue(least), v.maxValue(most));
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** `LOG_LEVEL`, the same for all services. */
export const logLevelSetting = setting({
  variable: 'LOG_LEVEL',
  default: 'info',
  accepts: `one of ${LOG_LEVELS.join(', ')}, in any case`,
  description: 'Least severity that is logged.',
  schema: v.pipe(text, v.toLowerCase(), v.picklist(LOG_LEVELS)),
});

/**
 * The values that the environment gives, and one sentence for each that is wrong: the variable, its value unless it is
 * secret, and what is accepted. An empty variable is an unset one, as OpenTelemetry has it.
 */
export function readSettings(
  table: SettingsTable,
  env: Environment,
): { readonly values: Readonly<Record<string, unknown>>; readonly issues: string[] } {
  const issues: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, declared] of Object.entries(table)) values[name] = readOne(declared, env, issues);
  return { values, issues };
}

function readOne(declared: Setting, env: Environment, issues: string[]): unknown {
  const given = env[declared.variable]?.trim() || declared.default;
  if (given === undefined) return undefined;
  const result = v.safeParse(declared.schema, given);
  if (result.success) return result.output;
  const shown = declared.secret ? '' : `=${JSON.stringify(given.slice(0, 200))}`;
  issues.push(`${declared.variable}${shown}: expected ${declared.accepts}`);
  return undefined;
}

/** The settings as lines of `--help`. */
export function settingsLines(table: SettingsTable): string[] {
  const rows = Object.values(table).map((declared) => [
    declared.variable,
    declared.default ?? '',
    `${declared.description} (${declared.accepts})`,
  ]);
  return [['Variable', 'Default', 'Meaning'], ...rows].map(
    ([variable, fallback, meaning]) => `  ${variable!.padEnd(28)} ${fallback!.padEnd(22)} ${meaning}`,
  );
}
