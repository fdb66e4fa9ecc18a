/** A list that comes in pages, remembered for when there is no signal. */
import { reactive } from 'vue'
import { explain, type Page } from '../api'
import { storage } from '../storage'
import { dayTime } from '../time'

export interface Paged<T> {
  items: T[]
  next: string | null
  /** first: nothing yet · ready · more: next page under way · failed: nothing to show */
  state: 'first' | 'ready' | 'more' | 'failed'
  /** the last try failed; what is shown is from `since` */
  stale: boolean
  since: string
  problem: string
  reload(): Promise<void>
  more(): Promise<void>
}

interface Kept<T> { items: T[]; at: number }
const KEPT = 20

/** `cache` names the copy kept on the phone; leave it out for lists that must be fresh. */
export function usePaged<T>(fetch: (cursor?: string | null) => Promise<Page<T>>, cache?: string): Paged<T> {
  const kept = cache ? storage.get<Kept<T>>(`list.${cache}`) : null
  let asked = 0

  const paged = reactive({
    items: kept?.items ?? [],
    next: null as string | null,
    state: kept ? 'ready' : 'first',
    stale: false,
    since: kept ? dayTime(kept.at) : '',
    problem: '',

    async reload() {
      const turn = ++asked
      if (paged.state === 'failed') paged.state = 'first'
      try {
        const page = await fetch(null)
        if (turn !== asked) return // a later reload has overtaken this one
        Object.assign(paged, { items: page.items, next: page.next, state: 'ready', stale: false, since: dayTime(Date.now()) })
        if (cache) storage.set(`list.${cache}`, { items: page.items.slice(0, KEPT), at: Date.now() })
      } catch (error) {
        if (turn !== asked) return
        paged.problem = explain(error)
        paged.stale = paged.items.length > 0
        paged.state = paged.items.length ? 'ready' : 'failed'
      }
    },

    async more() {
      if (!paged.next || paged.state !== 'ready') return
      const turn = asked
      paged.state = 'more'
      try {
        const page = await fetch(paged.next)
        if (turn !== asked) return
        paged.items.push(...(page.items as never[]))
        paged.next = page.next
      } catch (error) {
        paged.problem = explain(error)
      } finally {
        paged.state = 'ready'
      }
    },
  }) as Paged<T>
  return paged
}
