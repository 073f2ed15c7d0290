const COLOURS = [36, 33, 32, 35, 34, 31];

/**
 * Prints lines under the name of the process they come from, each name in a colour of its own; plain when stdout is
 * no terminal or NO_COLOR is set.
 */
export class PrefixedConsole {
  readonly #names: readonly string[];
  readonly #width: number;
  readonly #coloured: boolean;

  constructor(
    names: readonly string[],
    coloured = process.stdout.isTTY && process.env.NO_COLOR === undefined,
  ) {
    this.#names = names;
    this.#width = Math.max(...names.map(({ length }) => length));
    this.#coloured = coloured;
  }

  print(name: string, line: string): void {
    const padded = name.padEnd(this.#width);
    const colour = COLOURS[this.#names.indexOf(name) % COLOURS.length];
    console.log(this.#coloured ? `\x1b[${colour}m${padded} |\x1b[0m ${line}` : `${padded} | ${line}`);
  }
}
