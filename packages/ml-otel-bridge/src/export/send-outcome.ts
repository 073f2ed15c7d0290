/**
 * What became of a request. `retry`: it may be sent again, not before `afterMillis`. `refused`: nobody will take it.
 * `too_large`: half of it may pass. `unsupported`: the receiver has no such service.
 */
export type SendOutcome =
  | { readonly status: 'sent' }
  | { readonly status: 'retry'; readonly reason: string; readonly afterMillis?: number }
  | { readonly status: 'refused'; readonly reason: string }
  | { readonly status: 'too_large'; readonly reason: string }
  | { readonly status: 'unsupported'; readonly reason: string };
