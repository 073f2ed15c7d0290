import { DiagLogLevel, diag } from '@opentelemetry/api';
import type { Logger } from 'pino';

/** What OpenTelemetry's own parts warn about goes to the log. */
export function logDiagnostics(logger: Logger): void {
  const log =
    (level: 'error' | 'warn' | 'info' | 'debug') =>
    (message: string, ...details: unknown[]) =>
      logger[level](details.length > 0 ? { details: details.map(String) } : {}, message);
  diag.setLogger(
    { error: log('error'), warn: log('warn'), info: log('info'), debug: log('debug'), verbose: log('debug') },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}

/** Says that pushes are refused; their senders were told to send them again. */
export function logRefusal(logger: Logger): (reason: 'full' | 'disk') => void {
  return (reason) => {
    if (reason === 'full')
      logger.warn(
        {},
        'the buffer is full and pushes are answered 429: is the receiver of OTEL_EXPORTER_OTLP_ENDPOINT up?',
      );
    else
      logger.error(
        {},
        'the disk takes nothing more and pushes are answered 503: make room where SPOOL_DIR lies',
      );
  };
}
