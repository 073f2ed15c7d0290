import { ViewFrame } from '../shell/view-frame.tsx';
import { METRICS_SEARCH } from './metrics-search.ts';

export function MetricsView() {
  return (
    <ViewFrame title="Metrics" search={METRICS_SEARCH}>
      <div className="view-pad" />
    </ViewFrame>
  );
}
