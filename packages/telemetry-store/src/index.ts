export type {
  Connection,
  InsertBytesOptions,
  Parameters,
  QueryOptions,
  Settings,
  StatementOptions,
} from './connection/connection.ts';
export { DEFAULT_LIMITS, type QueryLimits } from './connection/limits.ts';
export { StoreError, type StoreErrorReason } from './connection/store-error.ts';
