import { EmptyState } from '../ui/empty-state.tsx';
import { SendFirst } from '../ui/send-first.tsx';

/** Where there is no run at all. */
export function RunsEmpty() {
  return (
    <EmptyState icon="runs" title="No runs yet">
      <p>
        A run is whatever sends <code>ml.training.…</code> metrics with a <code>job.id</code>. This draws the
        first curve; it is here without a reload.
      </p>
      <SendFirst signal="runs" />
    </EmptyState>
  );
}
