/** One order on a page: loaded, kept fresh by the live line, moved with its version. */
import { ref } from 'vue'
import { ApiError, explain, newKey, orders, type OrderDetail } from '@/api'
import { sorry, toast } from '@/kit/notices'
import { useLive } from '@/live'
import { ready } from '@/session'
import { storage } from '@/storage'
import { dayTime } from '@/time'

interface Kept { order: OrderDetail; at: number }

export function useOrder() {
  const order = ref<OrderDetail | null>(null)
  const problem = ref('')
  const since = ref('')
  const moving = ref('')
  let id = 0

  function show(fresh: OrderDetail) {
    order.value = fresh
    problem.value = ''
    since.value = dayTime(Date.now())
    storage.set(`order.${id}`, { order: fresh, at: Date.now() })
  }

  async function load(wanted = id): Promise<void> {
    id = wanted
    const kept = storage.get<Kept>(`order.${id}`)
    if (!order.value && kept) {
      order.value = kept.order
      since.value = dayTime(kept.at)
    }
    await ready()
    try {
      show(await orders.get(id))
    } catch (error) {
      problem.value = explain(error)
    }
  }

  /** Makes a move; true when it was made. A stale page is loaded anew and the person told. */
  async function move(name: string, body: Record<string, unknown> = {}, said = '', key = newKey()): Promise<boolean> {
    if (!order.value || moving.value) return false
    moving.value = name
    try {
      show(await orders.move(id, name, { ...body, version: order.value.version }, key))
      if (said) toast(said, 'done')
      return true
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) {
        await load()
        toast(error.code === 'stale_version' ? '情况刚刚有变化，已为您刷新' : explain(error), 'fail')
      } else sorry(error)
      return false
    } finally {
      moving.value = ''
    }
  }

  const can = (name: string) => order.value?.moves.includes(name) ?? false

  useLive(m => {
    const newer = m.type === 'order' && m.order_id === id && m.version !== order.value?.version
    if (id && (m.type === 'resync' || newer)) void load()
  })

  return { order, problem, since, moving, show, load, move, can }
}
