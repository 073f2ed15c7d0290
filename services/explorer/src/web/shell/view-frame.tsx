import { type ReactNode, useEffect } from 'react';
import { TimeControls } from '../time/time-controls.tsx';
import { BadParamsNotice } from '../url/bad-params-notice.tsx';
import type { SearchEntries } from '../url/search-params.ts';

interface ViewFrameProps {
  /** The heading of the view, and of the browser's window. */
  readonly title: string;
  /** What its address may say. */
  readonly search: SearchEntries;
  /** Before the title: the way back up. */
  readonly crumb?: ReactNode;
  /** Beside the title. */
  readonly beside?: ReactNode;
  readonly tools?: ReactNode;
  /** Whether it is about a range of time. Default true. */
  readonly timed?: boolean;
  readonly children: ReactNode;
}

/** What all views have: a bar with title, tools and time; a notice where the address is not right; and the rest. */
export function ViewFrame({ title, search, crumb, beside, tools, timed = true, children }: ViewFrameProps) {
  useEffect(() => {
    document.title = `${title} · ml-otel`;
  }, [title]);
  return (
    <>
      <header className="top-bar">
        <div className="top-title">
          {crumb}
          <h1>{title}</h1>
          {beside}
        </div>
        {tools}
        {timed && <TimeControls />}
      </header>
      <BadParamsNotice entries={search} />
      <div className="view">{children}</div>
    </>
  );
}
