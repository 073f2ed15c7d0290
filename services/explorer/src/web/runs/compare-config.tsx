import { useQueries } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Failure } from '../ui/failure.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import type { RunLook } from './chart/drawn-line.ts';
import { compareConfigs, flatConfig } from './flat-config.ts';
import { type RunDetail, runDetail } from './runs-query.ts';

interface CompareConfigProps {
  readonly ids: readonly string[];
  readonly looks: readonly RunLook[];
  /** Whether what is the same in all is shown too. */
  readonly same: boolean;
  readonly onSame: (same: boolean) => void;
}

/** Configurations beside each other. */
export function CompareConfig({ ids, looks, same, onSame }: CompareConfigProps) {
  const { runs, pending, error } = useDetails(ids);
  const [wanted, setWanted] = useState('');
  const rows = useMemo(
    () =>
      compareConfigs(
        runs.map(({ config, model, dataset }) => [
          { path: 'model.name (of the run)', value: model },
          { path: 'dataset (of the run)', value: dataset },
          ...flatConfig(config),
        ]),
      ),
    [runs],
  );
  if (runs.length === 0 && error !== null)
    return <Failure what="The configurations could not be read" error={error} />;
  if (pending) return <SkeletonRows rows={12} height={30} />;
  const colours = new Map(looks.map(({ id, colour }) => [id, colour]));
  const word = wanted.toLowerCase();
  const fitting = rows.filter(({ path, values }) =>
    `${path}\n${values.join('\n')}`.toLowerCase().includes(word),
  );
  const shown = fitting.filter(({ differs }) => same || differs);
  const equal = fitting.filter(({ differs }) => !differs).length;
  return (
    <section className="config" aria-label="Configurations">
      <div className="config-head">
        <input
          className="input"
          aria-label="Find in the configurations"
          placeholder="Find a key or value"
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
        />
        <label className="check">
          <input type="checkbox" checked={same} onChange={(event) => onSame(event.target.checked)} />
          Also what is the same in all ({equal})
        </label>
      </div>
      {shown.length === 0 ? (
        <p className="nothing">Nothing differs{wanted === '' ? '' : ' that fits'}.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keys
        <section className="compare-config" tabIndex={0} aria-label="Table of configurations">
          <table className="config-table">
            <thead>
              <tr>
                <th scope="col">Key</th>
                {runs.map(({ id, name }) => (
                  <th key={id} scope="col">
                    <span
                      className="swatch"
                      style={{ '--swatch': `var(--${colours.get(id)})` } as React.CSSProperties}
                    />{' '}
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map(({ path, values, differs }) => (
                <tr key={path} data-differs={differs || undefined}>
                  <th scope="row">{path}</th>
                  {values.map((value, index) => (
                    <td key={runs[index]!.id}>{value ?? <span className="muted">–</span>}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

/** Configurations are long: they are read when somebody looks at them. */
function useDetails(ids: readonly string[]) {
  return useQueries({ queries: ids.map((id) => ({ ...runDetail(id), retry: false })), combine: detailsOf });
}

function detailsOf(
  results: readonly { data: RunDetail | undefined; isPending: boolean; error: Error | null }[],
) {
  return {
    runs: results.flatMap(({ data }) => (data === undefined ? [] : [data])),
    pending: results.some(({ isPending }) => isPending),
    error: results.find(({ error }) => error !== null)?.error ?? null,
  };
}
