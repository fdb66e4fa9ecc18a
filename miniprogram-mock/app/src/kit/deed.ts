/** Something a person sends and may have to send again: the same words keep their key, so that nothing is done twice. */
import { ref } from 'vue'
import { ApiError, newKey } from '../api'
import { sorry } from './notices'

export function useDeed() {
  const busy = ref(false)
  let [key, words] = ['', '']

  /** What was answered; undefined when it was refused (which is said) or another is under way. */
  async function run<T>(body: unknown, send: (key: string) => Promise<T>): Promise<T | undefined> {
    if (busy.value) return undefined
    const said = JSON.stringify(body)
    if (said !== words) [key, words] = [newKey(), said]
    busy.value = true
    try {
      const answer = await send(key)
      words = ''
      return answer
    } catch (error) {
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) words = '' // refused: nothing was done
      sorry(error)
      return undefined
    } finally {
      busy.value = false
    }
  }
  return { busy, run }
}
