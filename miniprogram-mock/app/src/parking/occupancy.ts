/** How full car parks are, as it changes: told by the live line while a page shows it. */
import { reactive, watch } from 'vue'
import type { Occupancy } from '../api/parking'
import { useLots } from '../live'

/** `ids` names the car parks on the page; the answer fills as news come. */
export function useOccupancy(ids: () => number[]): Record<number, Occupancy> {
  const known = reactive<Record<number, Occupancy>>({})
  const name = useLots(news => { known[news.lot_id] = news })
  watch(ids, now => name(now.map(id => `lot:${id}`)), { immediate: true })
  return known
}
