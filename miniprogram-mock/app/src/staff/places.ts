/** Where a firm's manager manages. */
import { areas, rows } from '@/api'
import { session } from '@/session'

/** The compounds of my posts as manager: the place of a post, or the compounds below it. */
export async function myCompounds(): Promise<{ key: string; name: string }[]> {
  const mine = (session.me?.posts ?? []).filter(one => one.role === 'property_manager').map(one => one.area)
  const below = await Promise.all(mine.map(async one => rows(await areas.children(one.id, undefined, 'compound'))))
  const all = mine.flatMap((one, at) => (below[at].length ? below[at] : [one]))
  return [...new Map(all.map(one => [one.id, { key: String(one.id), name: one.name }])).values()]
}
