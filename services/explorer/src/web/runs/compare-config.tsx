import { useMemo, useState } from 'react';
import type { RunLook } from './chart/drawn-line.ts';
import { compareConfigs, flatConfig } from './flat-config.ts';
import type { RunDetail } from './runs-query.ts';

interface CompareConfigProps {
  readonly runs: readonly RunDetail[];
  readonly looks: readonly RunLook[];
  /** Whether what is the same in all is shown too. */
  readonly same: boolean;
  readonly onSame: (same: boolean) => void;
}

/** Configurations beside each other. */
export function CompareConfig({ runs, looks, same, onSame }: CompareConfigProps) {
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
                {runs.map(({ id, name }, index) => (
                  <th key={id} scope="col">
                    <span
                      className="swatch"
                      style={{ '--swatch': `var(--${looks[index]!.colour})` } as React.CSSProperties}
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
