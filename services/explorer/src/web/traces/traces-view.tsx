import { ViewFrame } from '../shell/view-frame.tsx';
import { TRACES_SEARCH } from './traces-search.ts';

export function TracesView() {
  return (
    <ViewFrame title="Traces" search={TRACES_SEARCH}>
      <div className="view-pad" />
    </ViewFrame>
  );
}
