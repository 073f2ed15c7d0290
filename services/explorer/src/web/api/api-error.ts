import * as v from 'valibot';

const PROBLEM = v.object({
  title: v.fallback(v.string(), ''),
  detail: v.fallback(v.string(), ''),
  issues: v.fallback(v.array(v.object({ detail: v.string(), parameter: v.optional(v.string()) })), []),
});

/** An answer that is none: problem details (RFC 9457) as an error. Status 0: nobody answered. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly title: string;
  readonly detail: string;

  constructor(status: number, title: string, detail = '') {
    super(detail === '' ? title : `${title}: ${detail}`);
    this.status = status;
    this.title = title;
    this.detail = detail;
  }
}

/** What a response that is not well says about itself. */
export async function toApiError(response: Response): Promise<ApiError> {
  const parsed = v.safeParse(PROBLEM, await response.json().catch(() => ({})));
  const { title, detail, issues } = parsed.success ? parsed.output : { title: '', detail: '', issues: [] };
  const said = issues.map((issue) =>
    issue.parameter === undefined ? issue.detail : `${issue.parameter}: ${issue.detail}`,
  );
  return new ApiError(
    response.status,
    title === '' ? `The explorer answered ${response.status}` : title,
    [detail, ...said].filter((text) => text !== '').join('; '),
  );
}
