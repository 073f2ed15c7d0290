import { ViewFrame } from '../shell/view-frame.tsx';
import { SERVICES_SEARCH } from './services-search.ts';

export function ServicesView() {
  return (
    <ViewFrame title="Services" search={SERVICES_SEARCH}>
      <div className="view-pad" />
    </ViewFrame>
  );
}
