import type { Admission } from '../../access/admission.ts';
import { isLocalCaller } from '../../access/local-caller.ts';
import type { Turned } from '../observer.ts';
import { CODES } from '../rpc-status.ts';
import type { Refusal } from './reply.ts';

/** Undefined for those who may come in, else how they are turned away. */
export type Door = (headers: Headers) => { readonly turned: Turned; readonly refusal: Refusal } | undefined;

const NO_TOKEN: Refusal = {
  status: 401,
  code: CODES.unauthenticated,
  message: 'send the header "Authorization: Bearer <token>" with the receiver’s token',
  headers: { 'www-authenticate': 'Bearer realm="otlp"' },
};
const FOREIGN: Refusal = {
  status: 403,
  code: CODES.permissionDenied,
  message:
    'without a token the receiver answers to localhost only, and to no page of another site: set ML_OTEL_TOKEN',
};

/** With a token its bearers come in, without one whoever is local. */
export function createDoor(admission: Admission | undefined): Door {
  if (admission === undefined) {
    return (headers) => (isLocalCaller(headers) ? undefined : { turned: 'foreign-site', refusal: FOREIGN });
  }
  return (headers) =>
    admission.admits(headers.get('authorization'))
      ? undefined
      : { turned: 'unauthorized', refusal: NO_TOKEN };
}
