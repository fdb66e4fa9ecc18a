/** How this part of the app says things. */
import type { Tone } from '@/tokens'
import { clockTime, dayTime } from '@/time'

/** 1 小时 30 分钟 */
export function spoken(minutes: number): string {
  const [h, m] = [Math.floor(minutes / 60), minutes % 60]
  return [h ? `${h} 小时` : '', m || !h ? `${m} 分钟` : ''].filter(Boolean).join(' ')
}

/** 明天 09:00 – 11:00 */
export const period = (starts: string, ends: string) => `${dayTime(starts)} – ${clockTime(ends)}`

const DONE = ['done', 'confirmed', 'kept', 'active', 'member', 'checked_in', 'checked_out']
const OVER = ['cancelled', 'lapsed', 'no_show', 'called_off', 'over', 'ended', 'withdrawn', 'disbanded', 'given_up', 'left', 'rejected', 'refused']
const WAITS = ['waiting', 'offered', 'proposed', 'asked', 'said']

/** What colour a status of this part wears. */
export function tone(status: string): Tone {
  if (DONE.includes(status)) return 'done'
  if (OVER.includes(status)) return 'wait'
  return WAITS.includes(status) ? 'accent' : 'brand'
}

/** The city's day and clock as one moment: `2026-12-01`, `09:00`. */
export const moment = (day: string, clock: string) => `${day}T${clock}:00+08:00`
