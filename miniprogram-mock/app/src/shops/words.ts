/** Money, distances and states as people say them. */
import type { PurchaseCard } from '@/api'
import { scaled } from '@/money'
import type { Tone } from '@/tokens'

export { yuan } from '@/money'
export { dayName, plusDays, today, weekday } from '@/time'

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


