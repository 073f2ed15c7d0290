/** What the store takes. */
const MOST = 50;
const LONGEST = 100;

/** Tags as a person writes them, each once, in order. */
export function readTags(text: string): string[] {
  const tags = text.split(',').map((tag) => tag.trim().slice(0, LONGEST).trim());
  return [...new Set(tags)].filter((tag) => tag !== '').slice(0, MOST);
}
