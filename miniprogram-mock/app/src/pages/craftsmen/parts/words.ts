/** How craftsmen and calls are said on the phones. */
import { dayFromNow, dayName } from '@/time'
import type { Tone } from '@/tokens'

export const SKILLS = [
  { key: 'plumbing', name: '水管维修' }, { key: 'electric', name: '电路维修' }, { key: 'appliance', name: '家电维修' }, { key: 'gas', name: '燃气具维修' },
  { key: 'lock', name: '开锁换锁' }, { key: 'furniture', name: '家具维修' }, { key: 'sewing', name: '缝补改衣' }, { key: 'shoes', name: '修鞋配钥匙' },
  { key: 'knives', name: '磨刀磨剪' }, { key: 'bicycle', name: '修自行车' }, { key: 'hair', name: '理发' }, { key: 'phone', name: '手机电脑' },
]
/** Skills that want a paper, and what it is called. */
export const PAPERS: Record<string, string> = { electric: '低压电工作业证', gas: '燃气具安装维修证', lock: '公安机关备案证明' }
export const PARTS = [{ key: 'morning', name: '上午' }, { key: 'afternoon', name: '下午' }, { key: 'evening', name: '晚上' }]
export const PART_HOURS: Record<string, string> = { morning: '8–12 点', afternoon: '13–18 点', evening: '18–21 点' }
export const REACHES = [{ key: 'community', name: '本社区' }, { key: 'street', name: '本街道' }, { key: 'county', name: '全市' }]
const WEEKDAYS = '一二三四五六日'
const MOST_DAYS = 14

export function tone(status: string): Tone {
  if (['done', 'active'].includes(status)) return 'done'
  if (['cancelled', 'unanswered', 'refused', 'paused', 'suspended', 'left'].includes(status)) return 'wait'
  return ['asked', 'submitted'].includes(status) ? 'accent' : 'brand'
}

/** 免费 / 上门 30 元 */
export const priceOf = (fen: number) => (fen ? `上门 ${fen / 100} 元` : '免费')

/** The days that a craftsman can be asked for, from today on. */
export const days = () => Array.from({ length: MOST_DAYS }, (_, n) => {
  const key = dayFromNow(n)
  return { key, name: ['今天', '明天'][n] ?? dayName(key) }
})

/** Days with the same free times in one line each: 周一、周二 上午、下午 */
export function weekLines(week: string[][]): string[] {
  const lines = new Map<string, string[]>()
  week.forEach((free, n) => {
    const said = PARTS.filter(p => free.includes(p.key)).map(p => p.name).join('、')
    if (said) lines.set(said, [...lines.get(said) ?? [], `周${WEEKDAYS[n]}`])
  })
  return [...lines].map(([said, on]) => `${on.length === 7 ? '每天' : on.join('、')} ${said}`)
}
