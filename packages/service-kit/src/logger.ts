import pino, { type Logger } from 'pino';
import pretty from 'pino-pretty';

/** One JSON object a line on stdout; readable lines on a terminal. Written at once, so that none is lost at exit. */
export function createLogger(service: string, level: string, terminal: boolean): Logger {
  const options = { level, base: { service }, timestamp: pino.stdTimeFunctions.isoTime };
  const destination = terminal
    ? pretty({ colorize: true, sync: true, ignore: 'service' })
    : pino.destination({ dest: 1, sync: true });
  return pino(options, destination);
}
