import type { Run } from './runs-query.ts';

export function LossSpark({ run }: { readonly run: Run }) {
  return <span className="muted">{run.lastLoss === undefined ? '' : '…'}</span>;
}
