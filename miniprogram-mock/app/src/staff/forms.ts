/** The moves of staff: what each is called, and what it asks for. Whether it is offered, `moves` says. */
import type { OrderDetail } from '@/api'

export type Field =
  | { kind: 'pick'; key: string; label: string; options: { value: string | number; name: string; icon?: string }[] }
  | { kind: 'text'; key: string; label: string; hint: string; must?: boolean; most?: number; phrases?: string[] }
  | { kind: 'photos'; key: string; label: string; source?: 'camera' | 'both' }
  | { kind: 'point'; key: 'point'; label: string }
  | { kind: 'hand'; key: 'hand'; label: string; units: boolean }
  | { kind: 'units'; key: 'unit_ids'; label: string }

export interface Form {
  move: string
  /** the button, and the line in what waits to be sent */
  name: string
  icon: string
  /** what it means, in the list of everything else */
  hint?: string
  title?: string
  ok?: string
  said: string
  danger?: boolean
  /** asked before; without fields */
  ask?: string
  fields: Field[]
}

const reason = (hint: string, phrases: string[]): Field => ({ kind: 'text', key: 'reason', label: '理由', hint, must: true, phrases })
const form = (move: string, name: string, icon: string, said: string, fields: Field[], more: Partial<Form> = {}): Form =>
  ({ move, name, icon, said, fields, ...more })

const ALL: Form[] = [
  form('take', '接单', 'check', '接下了', []),
  form('contact', '联系居民', 'phone', '记下了', [
    { kind: 'pick', key: 'outcome', label: '联系得怎么样', options: [{ value: 'reached', name: '联系上了', icon: 'check' }, { value: 'no_answer', name: '没有接通', icon: 'close' }] },
    { kind: 'text', key: 'note', label: '记一句', hint: '约了什么时候、说了什么（选填）', phrases: ['约好今天上门', '电话里已说明情况', '稍后再联系'] },
  ], { title: '记一次联系', ok: '记下', hint: '打电话，记下结果' }),
  form('arrive', '到现场', 'pin', '已报到场', [
    { kind: 'point', key: 'point', label: '位置' },
    { kind: 'photos', key: 'file_ids', label: '现场照片', source: 'camera' },
    { kind: 'text', key: 'note', label: '看到的情况', hint: '现场是什么样（选填）' },
  ], { title: '报到场', ok: '我到了', hint: '位置和现场照片' }),
  form('resolve', '办结', 'check', '已办结', [
    { kind: 'text', key: 'result', label: '怎么办的', hint: '居民会看到这句话', must: true, phrases: ['已修好，试用正常', '已清理干净', '已当面说清楚，居民认可'] },
    { kind: 'photos', key: 'before_ids', label: '处置前' },
    { kind: 'photos', key: 'after_ids', label: '处置后' },
  ], { ok: '提交办结', hint: '结果和前后对比照片' }),
  form('reply', '回复居民', 'talk', '居民已经能看到了', [
    { kind: 'text', key: 'text', label: '说什么', hint: '居民马上就能看到', must: true },
    { kind: 'photos', key: 'file_ids', label: '照片' },
  ], { ok: '发给居民', hint: '居民马上就能看到' }),
  form('suspend', '挂起', 'pause', '已挂起，暂停计时', [reason('要等什么，居民会看到', ['等居民回家', '等配件到货', '等天气好转再施工'])],
    { ok: '挂起', hint: '要等别人时暂停计时' }),
  form('resume', '继续办理', 'play', '继续计时', [], { hint: '恢复计时' }),
  form('extend', '申请延期', 'calendar', '已申请，等调度员批', [
    { kind: 'pick', key: 'hours', label: '还要多久', options: [4, 24, 48, 72, 168].map(h => ({ value: h, name: h < 24 ? `${h}小时` : `${h / 24}天` })) },
    reason('为什么来不及', ['需要采购材料', '需要多方协调', '居民要求改期']),
  ], { ok: '提交申请', hint: '由调度员审批' }),
  form('ask-co-handlers', '请人协办', 'people', '已请协办', [
    { kind: 'units', key: 'unit_ids', label: '请谁' },
    { kind: 'text', key: 'note', label: '请他们做什么', hint: '说清楚要配合的事（选填）', most: 200 },
  ], { ok: '发出', hint: '其他单位各办一部分' }),
  form('close-part', '完成协办', 'check', '协办已完成', [
    { kind: 'text', key: 'result', label: '办得怎么样', hint: '主办会看到', must: true },
  ], { ok: '完成', hint: '报告我这部分的结果' }),
  form('transfer', '转交', 'swap', '已转交', [
    { kind: 'hand', key: 'hand', label: '转给谁', units: true },
    reason('为什么转', ['我这边走不开', '对方更熟悉情况', '属于对方职责']),
  ], { ok: '转交', hint: '交给同事或别的单位' }),
  form('return', '退单', 'back', '已退给调度员', [reason('写清楚依据，调度员会看', ['不在我们的职责范围', '不在我的辖区', '与另一件重复'])],
    { ok: '退单', danger: true, hint: '不归我办，说明理由' }),
  form('decline', '不接交办', 'close', '已放回接单池', [reason('为什么不能接', ['正在处理别的急事', '今天不当班'])],
    { ok: '不接', danger: true, hint: '放回接单池' }),
  form('assign', '交办给人', 'user', '已交办', [
    { kind: 'hand', key: 'hand', label: '交给谁', units: false },
    { kind: 'text', key: 'note', label: '嘱咐一句', hint: '选填' },
  ], { ok: '交办', hint: '指定一个人来办' }),
  form('dispatch', '分派', 'send', '已派出', []),
  form('accept', '受理', 'check', '已受理', []),
  form('approve-extension', '同意延期', 'check', '已同意', []),
  form('refuse-extension', '不同意延期', 'close', '已告诉办理人', [reason('为什么不同意', ['时间足够', '请先联系居民说明'])], { ok: '不同意', danger: true }),
  form('close', '结束', 'check', '已结束', [], { ask: '没有评价也结束这件工单？' }),
]

export const FORMS: Record<string, Form> = Object.fromEntries(ALL.map(f => [f.move, f]))

/** The one next step, by what is open: the first of these. */
const NEXT: Record<string, string[]> = {
  reported: ['accept'],
  accepted: ['dispatch', 'assign'],
  pooled: ['take', 'dispatch'],
  assigned: ['take'],
  taken: ['contact', 'arrive'],
  contacted: ['arrive', 'resolve'],
  arrived: ['resolve'],
  suspended: ['resume'],
}

export function nextOf(order: OrderDetail): Form | null {
  if (order.moves.includes('approve-extension')) return FORMS['approve-extension']
  const move = (NEXT[order.status] ?? []).find(m => order.moves.includes(m)) ?? (order.moves.includes('close-part') ? 'close-part' : '')
  return FORMS[move] ?? null
}

/** Everything else that is open, in the order above; what a resident does is not offered here. */
export const restOf = (order: OrderDetail, next: Form | null): Form[] =>
  ALL.filter(f => order.moves.includes(f.move) && f.move !== next?.move)
