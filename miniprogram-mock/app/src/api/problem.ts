/** What went wrong, and how to say it to a person. The server's problem+json is already in Chinese. */
export interface Problem {
  status: number
  code: string
  title: string
  detail?: string
  errors?: { field: string; message: string }[]
  facts?: Record<string, unknown>
  request_id?: string
}

export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.title)
    this.status = problem.status
    this.code = problem.code
    this.problem = problem
  }

  /** Nothing came back at all: the request may be sent again with the same key. */
  get isOffline() { return this.status === 0 }

  /** A fact the server added to the problem, wherever it put it. */
  fact<T>(name: string): T | undefined {
    const bag = this.problem as unknown as Record<string, unknown>
    return (this.problem.facts?.[name] ?? bag[name]) as T | undefined
  }
}

export const offline = (code: 'no_network' | 'timeout' | 'unreachable') => new ApiError({
  status: 0,
  code,
  title: { no_network: '现在没有网络', timeout: '网络有点慢，没等到回应', unreachable: '连不上服务' }[code],
})

/** An answer that is not problem+json (a proxy's page, an empty body) becomes a problem all the same. */
export function problemFrom(status: number, body: unknown): ApiError {
  const given = (typeof body === 'object' && body ? body : {}) as Partial<Problem>
  const title = given.title || (status >= 500 ? '服务开小差了，请稍后再试' : '没有办成，请稍后再试')
  return new ApiError({ ...given, status, code: given.code || `http_${status}`, title })
}

/** One sentence for a toast or an error state. */
export function explain(error: unknown): string {
  if (!(error instanceof ApiError)) return '出了点问题，请稍后再试'
  const { title, detail, errors } = error.problem
  if (errors?.length) return errors[0].message
  return detail || title
}

/** Message for one field of a form, when the server refused it. */
export function fieldError(error: unknown, field: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined
  return error.problem.errors?.find(e => e.field === field || e.field.endsWith(`.${field}`))?.message
}
