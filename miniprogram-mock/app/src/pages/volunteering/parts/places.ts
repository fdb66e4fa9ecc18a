/** Where a member of staff may open something. */
import { areas, rows } from '@/api'
import { session } from '@/session'

/** The communities where I have a post, or those below the first post that is higher. */
export async function communities(): Promise<{ id: number; name: string }[]> {
  const at = (session.me?.posts ?? []).map(p => p.area)
  const own = at.filter(one => one.level === 'community')
  if (own.length) return [...new Map(own.map(one => [one.id, one])).values()]
  const above = at.find(one => ['county', 'street'].includes(one.level))
  return above ? rows(await areas.children(above.id, undefined, 'community')).slice(0, 24) : []
}
