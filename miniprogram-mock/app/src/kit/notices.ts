/** Short words to the person: a toast that goes away, a question that waits. Drawn by every LPage. */
import { reactive } from 'vue'
import { explain } from '../api'

type Look = 'plain' | 'done' | 'fail'
interface Question { title: string; text?: string; ok?: string; cancel?: string; danger?: boolean }

export const notices = reactive({
  toast: null as { text: string; look: Look } | null,
  busy: '',
  question: null as (Question & { answer: (yes: boolean) => void }) | null,
})

const SHOWN = 2600
let timer: ReturnType<typeof setTimeout> | undefined

export function toast(text: string, look: Look = 'plain'): void {
  clearTimeout(timer)
  notices.toast = { text, look }
  timer = setTimeout(() => { notices.toast = null }, SHOWN + text.length * 40)
}

/** Says kindly what went wrong. */
export const sorry = (error: unknown) => toast(explain(error), 'fail')

/** Asks; resolves to true only on the named button. */
export function ask(question: Question): Promise<boolean> {
  notices.question?.answer(false)
  notices.toast = null
  return new Promise(resolve => {
    notices.question = {
      ...question,
      answer: yes => { notices.question = null; resolve(yes) },
    }
  })
}

/** Runs something with a curtain over the page; failures are said, and give undefined. */
export async function busy<T>(text: string, work: () => Promise<T>): Promise<T | undefined> {
  notices.busy = text
  try {
    return await work()
  } catch (error) {
    sorry(error)
    return undefined
  } finally {
    notices.busy = ''
  }
}
