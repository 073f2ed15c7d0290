/** Passwords by user. */
export type FrontUsers = ReadonlyMap<string, string>;

/**
 * The users of a server's users.d/*.xml, of which only names and `<password from_env="…"/>` are read; what they are
 * granted is not looked at.
 */
export function readUsers(
  xml: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): FrontUsers {
  const users = new Map<string, string>();
  for (const [, name, variable] of xml.matchAll(/<(\w+)>\s*<password from_env="(\w+)"\/>/g)) {
    const password = env[variable!];
    if (!password) throw new Error(`user ${name} has no password: ${variable} is not set`);
    users.set(name!, password);
  }
  return users;
}

/** Whether a request names a user and their password, in any of the ways that ClickHouse's HTTP interface knows. */
export function isKnown(users: FrontUsers, request: Request): boolean {
  const [name, password] = credentials(request);
  const expected = users.get(name ?? 'default');
  return expected !== undefined && expected === password;
}

function credentials({ headers, url }: Request): readonly (string | null)[] {
  const basic = /^Basic (\S+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  if (basic !== undefined) {
    const text = Buffer.from(basic, 'base64').toString();
    const colon = text.indexOf(':');
    return [text.slice(0, colon), text.slice(colon + 1)];
  }
  if (headers.has('x-clickhouse-user'))
    return [headers.get('x-clickhouse-user'), headers.get('x-clickhouse-key')];
  const { searchParams } = new URL(url);
  return [searchParams.get('user'), searchParams.get('password')];
}
