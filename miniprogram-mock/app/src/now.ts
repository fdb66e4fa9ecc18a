/** The present, ticking: one timer for every clock on the screen. */
import { ref } from 'vue'

const STEP = 15_000
export const now = ref(Date.now())
setInterval(() => { now.value = Date.now() }, STEP)

/** Refreshes at once, e.g. when the app comes back to the front. */
export const tick = () => { now.value = Date.now() }
