import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react';
import { Dialog } from '../ui/dialog.tsx';
import { type Binding, KeySequence } from './key-sequence.ts';

class Registry {
  readonly #lists = new Set<{ readonly current: readonly Binding[] }>();

  add(list: { readonly current: readonly Binding[] }): () => void {
    this.#lists.add(list);
    return () => this.#lists.delete(list);
  }

  all(): Binding[] {
    return [...this.#lists].flatMap(({ current }) => current);
  }
}

const Context = createContext<Registry | undefined>(undefined);

/** Binds keys for as long as the component is there. */
export function useShortcuts(bindings: readonly Binding[]): void {
  const registry = useContext(Context);
  const list = useRef(bindings);
  list.current = bindings;
  useEffect(() => registry?.add(list), [registry]);
}

/** Listens to the keyboard, and shows what it can do on `?`. */
export function ShortcutsProvider({ children }: { readonly children: ReactNode }) {
  const [registry] = useState(() => new Registry());
  const [help, setHelp] = useState<readonly Binding[]>();
  useEffect(() => {
    const sequence = new KeySequence();
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isMeantForOthers(event))
        return;
      const binding = sequence.press(event.key, event.timeStamp, registry.all());
      if (binding === undefined) return;
      event.preventDefault();
      binding.run();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [registry]);
  return (
    <Context value={registry}>
      <HelpKey onOpen={() => setHelp(registry.all())} />
      {children}
      <Dialog title="Keyboard" open={help !== undefined} onClose={() => setHelp(undefined)}>
        <KeysList bindings={help ?? []} />
      </Dialog>
    </Context>
  );
}

function HelpKey({ onOpen }: { readonly onOpen: () => void }) {
  useShortcuts([{ keys: '?', label: 'Show these keys', run: onOpen, group: 'Everywhere' }]);
  return null;
}

function KeysList({ bindings }: { readonly bindings: readonly Binding[] }) {
  const groups = Map.groupBy(bindings, ({ group }) => group ?? 'This view');
  return (
    <div className="keys-list">
      {[...groups].map(([group, list]) => (
        <section key={group}>
          <h3>{group}</h3>
          <dl>
            {[...new Map(list.map((binding) => [binding.keys, binding])).values()].map(({ keys, label }) => (
              <div key={keys} style={{ display: 'contents' }}>
                <dt>
                  {keys.split(' ').map((key) => (
                    <kbd key={key}>{NAMES[key] ?? key}</kbd>
                  ))}
                </dt>
                <dd>{label}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}

const NAMES: Readonly<Record<string, string>> = {
  Escape: 'Esc',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
};

/** Keys for a field, or for a window or list that is open over the page, are not ours; nor is Enter on a button. */
function isMeantForOthers({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  if (key === 'Enter' && target.closest('a, button') !== null) return true;
  return target.closest('input, textarea, select, [contenteditable], .popup, .dialog') !== null;
}
