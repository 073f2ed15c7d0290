/** What a fault does, and at which snapshot (from 1) it does so unless told otherwise. */
export const faultKinds = {
  'partial-write': { at: 1, doc: 'from then on the file is written in place, in two halves' },
  nan: { at: 30, doc: 'the training diverges: losses become Infinity, then NaN' },
  stall: { at: 30, doc: 'nothing is written any more, the process lives on' },
  crash: { at: 30, doc: 'the process ends with exit code 1 and without a last snapshot' },
  restart: { at: 30, doc: 'the training falls back to its latest checkpoint, an earlier step' },
} as const;

export type FaultKind = keyof typeof faultKinds;

/** A fault and the snapshot, counted from 1, instead of or before which it happens. */
export type Fault = { kind: FaultKind; at: number };

export const faultSyntax = `${Object.keys(faultKinds).join(', ')}, each with an optional @N (the snapshot, from 1)`;

/** Reads `nan`, `nan@5`; undefined when the text names no fault. */
export function parseFault(text: string): Fault | undefined {
  const [, kind, at] = /^([a-z-]+)(?:@([1-9]\d{0,8}))?$/.exec(text) ?? [];
  if (kind === undefined || !Object.hasOwn(faultKinds, kind)) return undefined;
  const known = kind as FaultKind;
  return { kind: known, at: at === undefined ? faultKinds[known].at : Number(at) };
}

/** The kinds of fault that happen at snapshot `at`. */
export function faultsAt(faults: readonly Fault[], at: number): ReadonlySet<FaultKind> {
  return new Set(faults.filter((fault) => fault.at === at).map((fault) => fault.kind));
}
