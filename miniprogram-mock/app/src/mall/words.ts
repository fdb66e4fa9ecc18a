/** How points and the mall speak: tones of states, names of what the statement says. */
import type { AwardStatus, MallGood, RedemptionStatus, StockCount } from '@/api'
import type { Tone } from '@/tokens'

export const REDEMPTION_TONE: Record<RedemptionStatus, Tone> = { waiting: 'accent', done: 'done', cancelled: 'wait', expired: 'wait' }
export const AWARD_TONE: Record<AwardStatus, Tone> = { granted: 'done', held: 'orange', refused: 'wait', rejected: 'red', reversed: 'red' }
export const COUNT_TONE: Record<StockCount['status'], Tone> = { same: 'done', open: 'orange', adjusted: 'done', kept: 'wait' }
export const KINDS: Record<string, string> = { award: '获得', reserve: '兑换预留', release: '取消退回', spend: '兑换', transfer: '家庭转赠', expiry: '到期', reversal: '收回', left: '注销', pool: '积分池' }

const two = (n: number) => String(n).padStart(2, '0')
const there = (at: string) => new Date(new Date(at).getTime() + 8 * 3600_000)
/** 11月22日 09:02, in Shanghai */
export const moment = (at: string) => `${dayOf(at).slice(5)} ${two(there(at).getUTCHours())}:${two(there(at).getUTCMinutes())}`
/** 2026年11月22日; for an end at midnight the day before, which is the last one */
export function dayOf(at: string, last = false): string {
  const day = last ? new Date(there(at).getTime() - 1000) : there(at)
  return `${day.getUTCFullYear()}年${day.getUTCMonth() + 1}月${day.getUTCDate()}日`
}

export const limitOf = (good: Pick<MallGood, 'per_person' | 'span_name'>) => (good.per_person === null ? '' : `${good.span_name}限兑 ${good.per_person} 份`)
