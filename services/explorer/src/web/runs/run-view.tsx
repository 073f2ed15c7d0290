import { ViewFrame } from '../shell/view-frame.tsx';
import { RUN_SEARCH } from './runs-search.ts';

export function RunView() {
  return (
    <ViewFrame title="Run" search={RUN_SEARCH}>
      <div className="view-pad" />
    </ViewFrame>
  );
}
