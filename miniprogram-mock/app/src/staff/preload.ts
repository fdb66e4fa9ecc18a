/**
 * What is needed without a signal must be here before. WeChat has the package on the phone; a browser
 * fetches pages one by one, so those of this side are asked for while there still is a signal.
 */
const SOON = 1500

export function preloadWork(): void {
  // #ifdef H5
  setTimeout(() => {
    for (const page of [() => import('@/pages/worker/order.vue'), () => import('@/pages/worker/outbox.vue')]) page().catch(() => undefined)
  }, SOON)
  // #endif
}
