/** Money, distances and states as people say them. */
import type { PurchaseCard } from '@/api'
import { scaled } from '@/money'
import type { Tone } from '@/tokens'

export { yuan } from '@/money'
export { plusDays, today } from '@/time'

/** 12.5 → 1250; null for what is no amount */
export const fen = (text: string) => scaled(text, 2)

export const TONE: Record<PurchaseCard['status'], Tone> = {
  unpaid: 'accent', paid: 'accent', accepted: 'brand', ready: 'orange', delivering: 'brand', done: 'done', closed: 'wait', cancelled: 'wait',
}

export const KINDS = [
  { key: '', name: '全部' },
  { key: 'restaurant', name: '餐饮' },
  { key: 'pharmacy', name: '药店' },
  { key: 'service', name: '服务' },
  { key: 'clothing', name: '百货' },
] as const

export const KIND_ICON: Record<string, string> = { restaurant: 'bowl', canteen: 'bowl', pharmacy: 'help', service: 'repair', clothing: 'gift' }

const WEEK = '日一二三四五六'
/** 2026-11-25 → 11月25日 周三 */
export function dayName(day: string): string {
  const [y, m, d] = day.split('-').map(Number)
  return `${m}月${d}日 周${WEEK[new Date(Date.UTC(y, m - 1, d)).getUTCDay()]}`
}
export const weekday = (day: string) => `周${WEEK[new Date(`${day}T00:00:00Z`).getUTCDay()]}`

