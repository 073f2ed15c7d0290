import { ApiError } from '../api/api-error.ts';
import { Button } from './button.tsx';
import { SignIn } from './sign-in.tsx';

interface FailureProps {
  /** What could not be done. */
  readonly what: string;
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** Something went wrong: what, and what to do about it. */
export function Failure({ what, error, onRetry }: FailureProps) {
  const { title, detail, hint } = explain(error);
  return (
    <div className="failure" role="alert">
      <h2>{what}</h2>
      <p>
        {title}
        {detail !== '' && `: ${detail}`}
      </p>
      {hint !== '' && <p className="muted">{hint}</p>}
      {error instanceof ApiError && error.status === 401 && <SignIn />}
      {onRetry !== undefined && (
        <Button icon="refresh" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

const HINTS: Readonly<Record<number, string>> = {
  0: 'The explorer does not answer. See whether it is still running, and its log; the page goes on when it is back.',
  400: 'Something in the address is not what the explorer takes: clear the filters, or choose another time range.',
  401: 'The explorer is reachable from other machines and so wants its token.',
  404: 'It may have been deleted, or has passed its time of retention.',
  422: 'Choose a shorter time range, or filter by service or run.',
  503: 'The explorer has much to do just now: it is asked again in a moment.',
  504: 'Choose a shorter time range, or filter by service or run.',
};

function explain(error: unknown): { title: string; detail: string; hint: string } {
  if (error instanceof ApiError)
    return {
      title: error.title,
      detail: error.detail,
      hint: HINTS[error.status] ?? 'The log of the explorer says more.',
    };
  return {
    title: 'The page made a mistake',
    detail: error instanceof Error ? error.message : String(error),
    hint: 'Reload it. If it comes again, report it with the address and this text.',
  };
}
