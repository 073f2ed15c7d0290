import { useRouterState } from '@tanstack/react-router';
import { useState } from 'react';
import { IconButton } from '../ui/button.tsx';
import { FIRST_ADDRESS } from './first-address.ts';
import { ROOT_SEARCH } from './root-search.ts';
import { badSearch, parseSearch, type SearchEntries } from './search-params.ts';

/** Says which parts of the address could not be used, instead of showing something else without a word. */
export function BadParamsNotice({ entries }: { readonly entries: SearchEntries }) {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const [seen, setSeen] = useState(false);
  const bad = badSearch({ ...ROOT_SEARCH, ...entries }, parseSearch(FIRST_ADDRESS.search));
  if (bad.length === 0 || path !== FIRST_ADDRESS.path || seen) return null;
  const one = bad.length === 1;
  return (
    <div className="notice" role="status">
      <span>
        The address had {one ? 'a value' : 'values'} that cannot be used: <code>{bad.join(', ')}</code>. The
        view is shown without {one ? 'it' : 'them'}.
      </span>
      <IconButton icon="close" label="Hide this notice" onClick={() => setSeen(true)} />
    </div>
  );
}
