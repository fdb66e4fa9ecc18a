/** The control plane of WeChat's stand-in. */
import { mockState } from './state'

/** Sends an order; throws when it was refused. */
export async function control<T>(path: string, body: object): Promise<T> {
  const answer = await fetch(`${mockState.url}/control${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`mock ${path}: ${answer.status}`)
  return (await answer.json()) as T
}
