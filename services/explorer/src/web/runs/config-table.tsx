import { useState } from 'react';
import { CopyButton } from '../ui/copy-button.tsx';
import { Highlighted } from '../ui/highlighted.tsx';
import { flatConfig } from './flat-config.ts';

/** What a run was configured with, searchable. */
export function ConfigTable({ config }: { readonly config: string | undefined }) {
  const [wanted, setWanted] = useState('');
  const entries = flatConfig(config);
  const word = wanted.toLowerCase();
  const shown = entries.filter(({ path, value }) => `${path}\n${value}`.toLowerCase().includes(word));
  if (config === undefined)
    return (
      <p className="nothing">
        This run sent no configuration. It comes as <code>config</code> of a snapshot, or as the event{' '}
        <code>ml.run.config</code>.
      </p>
    );
  return (
    <section className="config" aria-label="Configuration">
      <div className="config-head">
        <input
          className="input"
          aria-label="Find in the configuration"
          placeholder="Find a key or value"
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
        />
        <CopyButton text={pretty(config)} label="Copy JSON" />
      </div>
      <table className="config-table">
        <tbody>
          {shown.map(({ path, value }) => (
            <tr key={path}>
              <th scope="row">
                <Highlighted text={path} wanted={wanted} />
              </th>
              <td>
                <Highlighted text={value} wanted={wanted} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length === 0 && <p className="nothing">No such key or value.</p>}
    </section>
  );
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
