/** Seconds left until a moment, second by second while the page is open. */
import { computed, onUnmounted, ref } from 'vue'

/** Null while there is no moment. Zero once it has passed. */
export function remaining(until: () => string | undefined) {
  const now = ref(Date.now())
  const timer = setInterval(() => { now.value = Date.now() }, 1000)
  onUnmounted(() => clearInterval(timer))
  return computed(() => {
    const moment = until()
    return moment ? Math.max(0, Math.floor((new Date(moment).getTime() - now.value) / 1000)) : null
  })
}
