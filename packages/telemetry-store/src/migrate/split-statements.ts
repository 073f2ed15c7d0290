/** What a semicolon does not end: quoted texts, comments, and heredocs ($tag$ … $tag$). */
const OPAQUE =
  /'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"|`(?:[^`\\]|\\[\s\S])*`|--[^\n]*|#[ !][^\n]*|\/\*[\s\S]*?\*\/|(\$\w*\$)[\s\S]*?\1/y;

/**
 * The statements of a file, in order, without their semicolons. What holds comments only is no statement.
 *
 * @throws where a quoted text or a comment does not end
 */
export function splitStatements(sql: string): string[] {
  const statements: string[] = [];
  let start = 0;
  let hasCode = false;
  const end = (at: number) => {
    if (hasCode) statements.push(sql.slice(start, at).trim());
    start = at + 1;
    hasCode = false;
  };
  for (let at = 0; at < sql.length; ) {
    OPAQUE.lastIndex = at;
    const opaque = OPAQUE.exec(sql)?.[0];
    if (opaque !== undefined) {
      hasCode ||= !/^(--|#|\/\*)/.test(opaque);
      at += opaque.length;
      continue;
    }
    const char = sql[at]!;
    if (/['"`]/.test(char) || sql.startsWith('/*', at))
      throw new Error(`what begins at ${JSON.stringify(sql.slice(at, at + 40))} does not end`);
    if (char === ';') end(at);
    else hasCode ||= /\S/.test(char);
    at++;
  }
  end(sql.length);
  return statements;
}
