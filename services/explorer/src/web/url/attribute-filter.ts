/** As the API and the address write it: `key:eq:value`, `key:ne:value`, `key:contains:value`, `key:exists`. */
export interface AttributeFilter {
  readonly key: string;
  readonly operator: 'eq' | 'ne' | 'contains' | 'exists';
  readonly value: string;
}

export function formatFilter({ key, operator, value }: AttributeFilter): string {
  return operator === 'exists' ? `${key}:exists` : `${key}:${operator}:${value}`;
}

/** The first operator splits, so a value may hold colons. Undefined for what is no filter. */
export function parseFilter(text: string): AttributeFilter | undefined {
  const [, key, operator, value] = /^(.+?):(eq|ne|contains):(.*)$/s.exec(text) ?? [];
  if (key !== undefined) return { key, operator: operator as 'eq' | 'ne' | 'contains', value: value! };
  const present = /^(.+?):exists$/s.exec(text);
  return present === null ? undefined : { key: present[1]!, operator: 'exists', value: '' };
}

/** What a person types: `key=value`, `key!=value`, `key~part`, or a key alone. */
export function readTypedFilter(text: string): AttributeFilter | undefined {
  const [, key, sign, value] = /^\s*([^=!~\s][^=!~]*?)\s*(!=|=|~)\s*(.*?)\s*$/s.exec(text) ?? [];
  if (key === undefined) {
    const trimmed = text.trim();
    return trimmed === '' || /[=!~]/.test(trimmed)
      ? undefined
      : { key: trimmed, operator: 'exists', value: '' };
  }
  return { key, operator: sign === '=' ? 'eq' : sign === '!=' ? 'ne' : 'contains', value: value! };
}

const SIGNS = { eq: '=', ne: '≠', contains: '~' } as const;

/** How a filter is shown. */
export function filterLabel({ key, operator, value }: AttributeFilter): string {
  return operator === 'exists' ? `${key} exists` : `${key} ${SIGNS[operator]} ${value === '' ? '""' : value}`;
}

/** The list with one more; the same key with the same value is not asked for twice, and not both ways. */
export function withFilter(list: readonly string[] | undefined, added: AttributeFilter): string[] {
  const others = (list ?? []).filter((text) => {
    const filter = parseFilter(text);
    return filter?.key !== added.key || filter.value !== added.value;
  });
  return [...others, formatFilter(added)];
}

/** The same, but that one which is there already is taken away. */
export function toggleFilter(list: readonly string[] | undefined, toggled: AttributeFilter): string[] {
  const text = formatFilter(toggled);
  return list?.includes(text) ? list.filter((one) => one !== text) : withFilter(list, toggled);
}
