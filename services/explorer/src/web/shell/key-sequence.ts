/** What is bound to keys: one key as `KeyboardEvent.key` names it, or two one after the other, such as `g l`. */
export interface Binding {
  readonly keys: string;
  readonly label: string;
  readonly run: () => void;
  /** Under which heading the help shows it. */
  readonly group?: string;
}

const PATIENCE_MILLIS = 1_200;

/** Follows keys as they are pressed, and says which binding they end in. Later bindings go before earlier ones. */
export class KeySequence {
  #pending: { readonly key: string; readonly at: number } | undefined;

  /** @param at milliseconds, of any clock that only goes forward */
  press(key: string, at: number, bindings: readonly Binding[]): Binding | undefined {
    const first =
      this.#pending !== undefined && at - this.#pending.at < PATIENCE_MILLIS ? this.#pending.key : undefined;
    this.#pending = undefined;
    const found =
      (first !== undefined ? last(bindings, `${first} ${key}`) : undefined) ?? last(bindings, key);
    if (found === undefined && bindings.some(({ keys }) => keys.startsWith(`${key} `)))
      this.#pending = { key, at };
    return found;
  }
}

function last(bindings: readonly Binding[], keys: string): Binding | undefined {
  return bindings.findLast((binding) => binding.keys === keys);
}
