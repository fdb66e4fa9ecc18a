/** Taking from a list: one tap, kindly when somebody was faster. */
import { ref } from 'vue'
import { ApiError, explain, type OrderCard } from '@/api'
import { toast } from '@/kit/notices'
import { goTo } from '@/router'
import { storage } from '@/storage'
import { act } from './outbox'
import { lostTo, tell, type Lost } from './useWork'

/** What a list of orders to take tells its page. */
export type TakeEvents = { lost: [lost: Lost] }

export function useTakes(gone: (card: OrderCard) => void, onLost: (lost: Lost) => void) {
  const taking = ref(0)

  async function take(card: OrderCard): Promise<void> {
    if (taking.value) return
    taking.value = card.id
    try {
      const outcome = await act(card, 'take', {})
      if ('refused' in outcome) return await refused(card, outcome.refused)
      tell('take', outcome)
      gone(card)
      if ('sent' in outcome) {
        storage.set('just-taken', card.id)
        goTo(`/pages/worker/order?id=${card.id}`)
      }
    } finally {
      taking.value = 0
    }
  }

  async function refused(card: OrderCard, error: ApiError): Promise<void> {
    if (error.code === 'already_taken') onLost(await lostTo(card, error))
    else toast(error.status === 404 ? '这件刚刚被收回了' : explain(error), 'fail')
    if ([404, 409].includes(error.status)) gone(card)
  }

  return { taking, take }
}
