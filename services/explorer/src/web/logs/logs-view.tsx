import { ViewFrame } from '../shell/view-frame.tsx';
import { LOGS_SEARCH } from './logs-search.ts';

export function LogsView() {
  return (
    <ViewFrame title="Logs" search={LOGS_SEARCH}>
      <div className="view-pad" />
    </ViewFrame>
  );
}
