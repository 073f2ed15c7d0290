/** What was asked cannot be answered: `cursor` (not one of ours), `argument` (out of bounds). The store is well. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  readonly reason: 'cursor' | 'argument';

  constructor(reason: 'cursor' | 'argument', message: string) {
    super(message);
    this.reason = reason;
  }
}

/** @throws QueryError unless it is a whole number within the bounds */
export function checkWhole(name: string, value: number, { min, max }: { min: number; max: number }): number {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw new QueryError('argument', `${name} is ${value}: give a whole number from ${min} to ${max}`);
}
