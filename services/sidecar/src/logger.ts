import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import pino, { type DestinationStream, type Logger } from 'pino';

/** One JSON object a line on stdout, readable lines on a terminal; written at once, so that none is lost at the end. */
export async function createLogger(level: string, isTerminal: boolean): Promise<Logger> {
  const options = { level, base: { service: 'sidecar' }, timestamp: pino.stdTimeFunctions.isoTime };
  return pino(options, isTerminal ? await prettyDestination() : pino.destination({ dest: 1, sync: true }));
}

/** Lets OpenTelemetry's own warnings and errors go where ours go. */
export function logDiagnostics(logger: Logger): void {
  const to =
    (level: 'error' | 'warn' | 'info' | 'debug' | 'trace'): DiagLogger['warn'] =>
    (message, ...details) =>
      logger[level](details.length > 0 ? { details } : {}, message);
  diag.setLogger(
    { error: to('error'), warn: to('warn'), info: to('info'), debug: to('debug'), verbose: to('trace') },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}

/** Loaded only where there is a terminal: it takes memory that a sidecar should not. */
async function prettyDestination(): Promise<DestinationStream> {
  const { default: pretty } = await import('pino-pretty');
  return pretty({ colorize: true, sync: true, ignore: 'service' });
}
