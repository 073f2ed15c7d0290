/** Where a source says what happens; pino's loggers fit. WARN: nothing was lost. ERROR: someone must act. */
export interface SourceLogger {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** Something that goes on for a while: said once when it begins, and once when it is over. */
export interface Episode {
  /** What goes on now, or undefined. */
  readonly kind: string | undefined;
  /** Begins, unless the same goes on already. */
  begin(kind: string, level: 'info' | 'warn' | 'error', message: string, details?: object): void;
  end(message: string): void;
}

export function createEpisode(logger: SourceLogger, details: object): Episode {
  let current: string | undefined;
  return {
    get kind() {
      return current;
    },
    begin(kind, level, message, more) {
      if (current === kind) return;
      current = kind;
      logger[level]({ ...details, ...more }, message);
    },
    end(message) {
      if (current === undefined) return;
      current = undefined;
      logger.info(details, message);
    },
  };
}
