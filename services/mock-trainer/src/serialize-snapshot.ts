/**
 * JSON as Python's `json.dumps` writes it: `NaN`, `Infinity` and `-Infinity` stand bare, as numbers.
 * `JSON.stringify` would turn them into `null`. Keys whose value is undefined are left out.
 */
export function serialize(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return `[${value.map(serialize).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => `${JSON.stringify(key)}: ${serialize(member)}`);
    return `{${members.join(', ')}}`;
  }
  return JSON.stringify(value);
}
