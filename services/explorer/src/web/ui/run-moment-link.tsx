import { Link } from '@tanstack/react-router';
import { Icon } from './icons.tsx';

/** To a run, and to what it did at a moment. */
export function RunMomentLink({ run, at }: { readonly run: string; readonly at: string }) {
  return (
    <Link className="button" data-kind="plain" to="/runs/$runId" params={{ runId: run }} search={{ at }}>
      <Icon name="runs" />
      Run {run}
    </Link>
  );
}
