import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { EmptyState } from '../ui/empty-state.tsx';
import { Failure } from '../ui/failure.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';

export function ViewFailure({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <div className="view">
      <Failure
        what="This view could not be shown"
        error={error}
        onRetry={() => {
          reset();
          void router.invalidate();
        }}
      />
    </div>
  );
}

export function ViewPending() {
  return (
    <div className="view" aria-busy="true">
      <span className="visually-hidden" role="status">
        Loading
      </span>
      <div className="top-bar" />
      <SkeletonRows rows={12} />
    </div>
  );
}

export function ViewNotFound() {
  return (
    <EmptyState icon="search" title="There is no such view">
      <p>
        The address may have been cut off. <Link to="/runs">To the runs</Link>
      </p>
    </EmptyState>
  );
}
