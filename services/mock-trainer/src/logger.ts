import pino, { type Logger } from 'pino';
import pretty from 'pino-pretty';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** One JSON object a line on stdout; readable lines on a terminal. Lines are written at once, so none is lost at exit. */
export function createLogger(level: LogLevel, terminal: boolean): Logger {
  const options = { level, base: { service: 'mock-trainer' }, timestamp: pino.stdTimeFunctions.isoTime };
  const destination = terminal
    ? pretty({ colorize: true, sync: true, ignore: 'service' })
    : pino.destination({ dest: 1, sync: true });
  return pino(options, destination);
}
