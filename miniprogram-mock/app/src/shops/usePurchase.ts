/** One purchase on a page: loaded, kept fresh by the live line, moved along. */
import { ref } from 'vue'
import { ApiError, explain, purchases, type Purchase } from '@/api'
import { sorry, toast } from '@/kit/notices'
import { useLive, useOpening } from '@/live'
import { ready } from '@/session'

export function usePurchase() {
  const one = ref<Purchase | null>(null)
  const problem = ref('')
  const moving = ref('')
  let id = 0

  async function load(wanted = id) {
    id = wanted
    await ready()
    try {
      one.value = await purchases.get(id)
      problem.value = ''
    } catch (error) {
      problem.value = explain(error)
    }
  }

  /** Makes a move; says what was done. False when it was refused: then the page shows how it stands. */
  async function move(name: string, body: object, said: string): Promise<boolean> {
    if (!one.value || moving.value) return false
    moving.value = name
    try {
      one.value = await purchases.move(one.value.id, name, body)
      toast(said, 'done')
      return true
    } catch (error) {
      sorry(error)
      if (error instanceof ApiError && error.status === 409) await load()
      return false
    } finally {
      moving.value = ''
    }
  }

  useLive(message => {
    const isThis = message.type === 'purchase' && message.purchase_id === id && message.version !== one.value?.version
    if (id && !moving.value && (isThis || message.type === 'resync')) void load()
  })
  useOpening(() => { if (id && !moving.value) void load() })
  return { one, problem, moving, load, move }
}
