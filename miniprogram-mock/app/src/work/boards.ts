/** What I have in hand, kept on the phone with all it takes to work on it without a signal. */
import { orders, type Day, type OrderCard, type OrderDetail } from '@/api'
import { storage } from '@/storage'

const MOST = 12
let fetching = false

/** Fetches the orders of a list whole, those that have changed, so that they open without a signal. */
export async function keepWhole(cards: OrderCard[]): Promise<void> {
  if (fetching) return
  fetching = true
  try {
    for (const card of cards.slice(0, MOST)) {
      const kept = storage.get<{ order: OrderDetail }>(`order.${card.id}`)
      if (kept?.order.version === card.version) continue
      storage.set(`order.${card.id}`, { order: await orders.get(card.id), at: Date.now() })
    }
  } catch {
    // no signal any more: what is there is there
  } finally {
    fetching = false
  }
}

export const EMPTY_DAY: Day = { due: [], waiting: [], returned: [], done_today: 0 }
