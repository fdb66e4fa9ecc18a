/** The shop that I stand in: chosen once, remembered on this phone. */
import { computed, reactive } from 'vue'
import { shops, type MyShop } from '@/api'
import { storage } from '@/storage'

export const counter = reactive({ mine: [] as MyShop[], id: storage.get<number>('merchant.shop') ?? 0 })
export const here = computed(() => counter.mine.find(s => s.id === counter.id) ?? null)

export function stand(id: number): void {
  counter.id = id
  storage.set('merchant.shop', id)
}

/** My shops as they are now; the first one when none was chosen, or the chosen one is no longer mine. */
export async function loadMine(): Promise<void> {
  counter.mine = (await shops.mine()).items
  if (!here.value && counter.mine.length) stand((counter.mine.find(s => s.status === 'open') ?? counter.mine[0]).id)
}
