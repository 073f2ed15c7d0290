import { diag } from '@opentelemetry/api';

/** Where the bridge says what happens; pino's loggers fit. WARN: nothing was lost. ERROR: data was lost. */
export interface BridgeLogger {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** OpenTelemetry's diagnostics: silent until the application sets a logger there. */
export function createDiagLogger(): BridgeLogger {
  const logger = diag.createComponentLogger({ namespace: 'ml-otel-bridge' });
  return {
    debug: (details, message) => logger.debug(message, details),
    info: (details, message) => logger.info(message, details),
    warn: (details, message) => logger.warn(message, details),
    error: (details, message) => logger.error(message, details),
  };
}
