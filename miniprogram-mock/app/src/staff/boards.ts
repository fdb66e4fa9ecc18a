/** What I have in hand, kept on the phone with all it takes to work on it without a signal. */
import { orders, type Day, type OrderCard, type OrderDetail } from '@/api'
import { storage } from '@/storage'

const MOST = 20
let fetching = false

/** Fetches the orders of a list whole, those that have changed, so that they open without a signal. */
export async function keepWhole(cards: OrderCard[]): Promise<void> {
  if (fetching) return
  fetching = true
  try {
    for (const card of cards.slice(0, MOST)) {
      if (wholeOf(card.id)?.version === card.version) continue
      storage.set(`order.${card.id}`, { order: await orders.get(card.id), at: Date.now() })
    }
  } catch {
    // no signal any more: what is there is there
  } finally {
    fetching = false
  }
}

/** The order as it was kept, null when it never was. */
export const wholeOf = (id: number) => storage.get<{ order: OrderDetail }>(`order.${id}`)?.order ?? null

export const EMPTY_DAY: Day = { due: [], waiting: [], returned: [], done_today: 0 }
