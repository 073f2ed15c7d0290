import { EmptyState } from '../ui/empty-state.tsx';
import { SendFirst } from '../ui/send-first.tsx';

/** Where there are no logs at all in the range. */
export function LogsEmpty({ tail }: { readonly tail: boolean }) {
  return (
    <EmptyState icon="logs" title="No logs in this range">
      <p>
        {tail
          ? 'They appear here as they come in.'
          : 'Choose a longer range, or send the first ones: they are here within a second.'}
      </p>
      <SendFirst signal="logs" />
    </EmptyState>
  );
}
