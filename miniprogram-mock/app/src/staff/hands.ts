/** Whom an order can be handed to. */
import { ref } from 'vue'
import { explain, orders, type Handlers } from '@/api'

/** A choice: `body` is what the move carries. */
export interface Hand { name: string; body: { handler_id: number } | { unit_id: number } }
export interface Units { unit_ids: number[]; with_community: boolean }

export function useHandlers(order_id: number) {
  const found = ref<Handlers | null>(null)
  const problem = ref('')
  async function load(): Promise<void> {
    problem.value = ''
    try {
      found.value = await orders.handlers(order_id)
    } catch (error) {
      problem.value = explain(error)
    }
  }
  void load()
  return { found, problem, load }
}
