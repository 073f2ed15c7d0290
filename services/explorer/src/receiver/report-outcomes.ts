import type { ReceiverObserver } from './observer.ts';

interface Logger {
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** Says what went wrong with commits and goes on to the next observer. */
export function reportOutcomes(logger: Logger, next: ReceiverObserver): ReceiverObserver {
  return {
    answered: (request) => next.answered(request),
    tried(signal, batch, outcome, seconds) {
      next.tried(signal, batch, outcome, seconds);
      if (outcome.kind === 'committed') return;
      const details = { signal, ...batch, reason: outcome.reason };
      if (outcome.kind === 'corrupt') {
        if (batch.requests === 1)
          logger.warn(details, 'a request was refused: its sender speaks no valid OTLP');
      } else if (outcome.retryable) {
        logger.warn(
          details,
          'a batch was not committed and is tried again, or its senders are told to: is the store up?',
        );
      } else {
        logger.error(
          details,
          'the store refused a batch for good, and its senders were told so: the reason says why',
        );
      }
    },
  };
}
