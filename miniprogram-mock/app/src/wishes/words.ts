/** How wishes are said on the phones. */
import type { WishCard } from '@/api/wishes'
import { dateName, dayOf } from '@/time'
import type { Tone } from '@/tokens'

export const CATEGORIES = [
  { key: 'goods', name: '物品' }, { key: 'help', name: '跑腿帮忙' }, { key: 'company', name: '陪伴探望' }, { key: 'repair', name: '家务维修' },
  { key: 'study', name: '学习辅导' }, { key: 'health', name: '健康服务' }, { key: 'culture', name: '文体活动' }, { key: 'other', name: '其他' },
]
export const WHOSE = [
  { key: 'elder', name: '一位老人' }, { key: 'child', name: '一个孩子' }, { key: 'student', name: '一名学生' }, { key: 'parent', name: '一位家长' },
  { key: 'family', name: '一个家庭' }, { key: 'veteran', name: '退役军人' }, { key: 'worker', name: '新就业者' }, { key: 'neighbour', name: '一位邻居' },
]
export const HANDOVERS = [{ key: 'office', name: '社区转交' }, { key: 'phone', name: '电话联系' }, { key: 'home', name: '上门' }]

const DONE = ['confirmed', 'claimed']
const OVER = ['withdrawn', 'closed', 'expired', 'released', 'refused']
const WAITS = ['submitted', 'fulfilled']

export function tone(status: string): Tone {
  if (DONE.includes(status)) return 'done'
  if (OVER.includes(status)) return 'wait'
  return WAITS.includes(status) ? 'accent' : 'brand'
}

/** 3 份，已认领 1 份 · 每份约 50 元; empty for a wish of one share without a price */
export function shares(one: WishCard): string {
  const parts = []
  if (one.needed > 1) parts.push(`共 ${one.needed} ${one.unit}，还差 ${one.needed - one.taken} ${one.unit}`)
  if (one.share_value) parts.push(`每${one.unit}约 ${one.share_value / 100} 元`)
  return parts.join(' · ')
}

/** 12月18日: the last day of what ends at its midnight */
export const lastDay = (until: string) => dateName(dayOf(new Date(until).getTime() - 1000))
