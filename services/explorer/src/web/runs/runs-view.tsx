import { ViewFrame } from '../shell/view-frame.tsx';
import { RUNS_SEARCH } from './runs-search.ts';

export function RunsView() {
  return (
    <ViewFrame title="Runs" search={RUNS_SEARCH}>
      <div className="view-pad" />
    </ViewFrame>
  );
}
