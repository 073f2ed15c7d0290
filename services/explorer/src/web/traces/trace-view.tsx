import { ViewFrame } from '../shell/view-frame.tsx';
import { TRACE_SEARCH } from './traces-search.ts';

export function TraceView() {
  return (
    <ViewFrame title="Trace" search={TRACE_SEARCH}>
      <div className="view-pad" />
    </ViewFrame>
  );
}
