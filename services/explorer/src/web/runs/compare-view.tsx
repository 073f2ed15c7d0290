import { ViewFrame } from '../shell/view-frame.tsx';
import { COMPARE_SEARCH } from './runs-search.ts';

export function CompareView() {
  return (
    <ViewFrame title="Compare" search={COMPARE_SEARCH}>
      <div className="view-pad" />
    </ViewFrame>
  );
}
