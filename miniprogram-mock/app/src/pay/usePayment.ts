/**
 * One payment on a page: loaded, paid, confirmed. What WeChat's sheet says is only a hint; paid is
 * what the server says after asking WeChat. A payment once begun is asked about again until it is
 * known, also when the page was closed or the signal went in between.
 */
import { computed, ref } from 'vue'
import { ApiError, explain } from '@/api'
import { payments, type Payment, type Refund } from '@/api/pay'
import { sorry, toast } from '@/kit/notices'
import { platform } from '@/platform'
import { ready } from '@/session'
import { storage } from '@/storage'
import { dayTime } from '@/time'

/** `opening`: the sheet is fetched · `confirming`: WeChat is being asked · `unsure`: no answer yet. */
export type Phase = 'idle' | 'opening' | 'confirming' | 'unsure'

const PATIENCE = [0, 1500, 2500, 4000, 6000] // ms before each question after paying
const BEGUN_SECONDS = 2 * 3600 // WeChat's sheet is good for two hours
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

export function usePayment() {
  const payment = ref<Payment | null>(null)
  const refunds = ref<Refund[]>([])
  const phase = ref<Phase>('idle')
  const problem = ref('')
  const isMissing = ref(false)
  const since = ref('')
  let id = 0

  const begunKey = () => `pay.begun.${id}`
  const wasBegun = () => Date.now() - (storage.get<number>(begunKey()) ?? 0) < BEGUN_SECONDS * 1000
  const isOpen = computed(() => payment.value?.status === 'unpaid')

  function show(fresh: Payment): void {
    payment.value = fresh
    problem.value = ''
    isMissing.value = false
    since.value = dayTime(Date.now())
    if (fresh.status === 'unpaid') return
    phase.value = 'idle'
    storage.remove(begunKey())
  }

  async function loadRefunds(): Promise<void> {
    if (!payment.value?.refunded) return
    refunds.value = (await payments.refunds(id).catch(() => ({ items: refunds.value }))).items
  }

  async function load(wanted = id): Promise<void> {
    id = wanted
    await ready()
    try {
      show(await payments.get(id))
      await loadRefunds()
    } catch (error) {
      isMissing.value = error instanceof ApiError && error.status === 404
      problem.value = explain(error)
    }
    if (isOpen.value && phase.value === 'idle' && wasBegun()) await confirm([0, 2000])
  }

  /** Asks WeChat through the server, several times, until it is known whether money came. */
  async function confirm(pauses = PATIENCE): Promise<void> {
    if (phase.value === 'confirming') return
    phase.value = 'confirming'
    try {
      for (const ms of pauses) {
        await pause(ms)
        show(await payments.check(id))
        if (!isOpen.value) return
      }
      phase.value = 'unsure'
    } catch (error) {
      phase.value = 'unsure'
      problem.value = explain(error)
    }
  }

  async function pay(): Promise<void> {
    if (phase.value === 'opening' || phase.value === 'confirming') return
    phase.value = 'opening'
    try {
      const params = await payments.prepay(id)
      storage.set(begunKey(), Date.now())
      await heed(await platform.requestPayment(params))
    } catch (error) {
      phase.value = 'idle'
      sorry(error)
      await load() // it may have been paid or closed meanwhile
    }
  }

  /** `said`: WeChat's word at the end of its sheet. */
  async function heed(said: string): Promise<void> {
    phase.value = 'idle'
    if (said === 'requestPayment:ok') return confirm()
    if (said.startsWith('requestPayment:fail cancel')) {
      storage.remove(begunKey())
      toast('没有支付，需要时可以再付')
      return
    }
    toast(said.replace(/^requestPayment:fail:?\s*/, '') || '支付没有成功，请再试一次', 'fail')
    await confirm([0]) // a failure on the phone is none yet at the bank
    if (isOpen.value) phase.value = 'idle'
  }

  /** The person says that nothing was paid. Safe: WeChat takes money for an order once. */
  function again(): void {
    storage.remove(begunKey())
    phase.value = 'idle'
  }

  async function close(): Promise<void> {
    try {
      show(await payments.close(id))
    } catch (error) {
      sorry(error)
      await load()
    }
  }

  return { payment, refunds, phase, problem, isMissing, since, isOpen, load, pay, confirm, again, close }
}
