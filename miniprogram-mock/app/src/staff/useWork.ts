/** One order on the page of whoever handles it: what the server says, with what waits on the phone on top. */
import { computed, ref } from 'vue'
import { ApiError, explain, orders, type OrderCard, type OrderDetail } from '@/api'
import { sorry, toast } from '@/kit/notices'
import { useOrder } from '@/order/useOrder'
import { act, newest, stepsOf, useSent, type Body, type Outcome, type Shot } from './outbox'
import { FORMS } from './forms'
import { heldAs, project } from './project'

/** Somebody was faster: who, when, and what to take instead. */
export interface Lost { card: OrderCard; handler_name: string; taken_at: string | null; next: OrderDetail | null }

export async function lostTo(card: OrderCard, error: ApiError): Promise<Lost> {
  const next_id = error.fact<number | null>('next_order_id')
  return {
    card,
    handler_name: error.fact<string>('handler_name') ?? '',
    taken_at: error.fact<string | null>('taken_at') ?? null,
    next: next_id ? await orders.get(next_id).catch(() => null) : null,
  }
}

/** Says what became of a step; true unless it was refused. */
export function tell(move: string, outcome: Outcome): boolean {
  if ('refused' in outcome) return false
  if ('sent' in outcome) toast(FORMS[move]?.said ?? '好了', 'done')
  else toast('没有信号：已记在手机里，有信号就发出去')
  return true
}

export function useWork() {
  const base = useOrder()
  const moving = ref('')
  const lost = ref<Lost | null>(null)
  const order = computed(() => base.order.value && project(base.order.value, stepsOf(base.order.value.id)))
  const pending = computed(() => (base.order.value ? stepsOf(base.order.value.id) : []))

  useSent(fresh => { if (fresh.id === base.order.value?.id) base.show(fresh) })

  /** Makes a move; true when it was made or safely written down. */
  async function go(move: string, body: Body = {}, shots: Shot[] = []): Promise<boolean> {
    const seen = base.order.value
    if (!seen || moving.value) return false
    moving.value = move
    try {
      const outcome = await act(seen, move, body, shots, { seen: newest(seen), back: heldAs(seen) })
      if ('sent' in outcome) base.show(outcome.sent)
      if ('refused' in outcome) await refused(seen, outcome.refused)
      return tell(move, outcome)
    } finally {
      moving.value = ''
    }
  }

  async function refused(seen: OrderDetail, error: ApiError): Promise<void> {
    if (error.code === 'already_taken') lost.value = await lostTo(seen, error)
    else if (error.status === 409 && error.code !== 'parts_open') toast(`情况有变化：${explain(error)}`, 'fail')
    else sorry(error)
    if (error.status === 409 || error.status === 404) await base.load()
  }

  return { order, pending, moving, lost, go, load: base.load, problem: base.problem, since: base.since, show: base.show }
}
