/** How days and differences are called and coloured, and what each ruling asks for. */
import type { BookDay, Difference } from '@/api/finance'
import type { Tone } from '@/tokens'

export const dayTone = (day: BookDay): Tone => (day.status === 'closed' ? 'done' : 'accent')

export function differenceTone(one: Difference): Tone {
  return ({ open: 'red', pursued: 'orange', ruled: 'brand', healed: 'done', sealed: 'wait' } as const)[one.status]
}

/** What a ruling is called and asks for. */
export interface Asking {
  move: string
  name: string
  title: string
  hint: string
  phrases: string[]
  danger?: boolean
  /** also asks which payment the money is for */
  payment?: boolean
  /** also asks for a card of the payer's */
  card?: boolean
  /** where the move is made, when a move is offered in more than one way */
  way?: string
  body?: Record<string, string>
}

export const RULINGS: Asking[] = [
  { move: 'pursue', name: '核查', title: '标记为核查中', hint: '正在查什么、问了谁', phrases: ['已联系微信支付核实', '已通知收费员核对票据'] },
  { move: 'explain', name: '无需处理', title: '认定无需处理', hint: '为什么不用处理', phrases: ['测试交易，已核对', '时间差，金额一致'] },
  { move: 'correct', name: '已更正', title: '认定已更正', hint: '在哪里、用哪一笔更正的', phrases: ['已原路退款', '已补录收款'] },
  { move: 'reopen', name: '重新核对', title: '撤回认定', hint: '为什么要重新核对', phrases: ['依据有误，重新核对'], danger: true },
]

export const REFUNDING: Asking[] = [
  { move: 'retry', name: '再退一次', title: '再退一次', hint: '为什么可以再试', phrases: ['住户已恢复收款账户', '商户余额已补足'] },
  { move: 'redirect', way: 'card', card: true, body: { target: 'user_card' }, name: '退到银行卡', title: '退到付款人的银行卡', hint: '谁提供的卡号、怎样核实的', phrases: ['住户本人提供，已核对身份'] },
  { move: 'redirect', way: 'merchant', body: { target: 'merchant_card' }, name: '退到商户账户', title: '退到商户账户，再转付', hint: '为什么不能退给付款人', phrases: ['住户没有银行卡，改由前台转付'] },
  { move: 'hand-over', name: '已转付', title: '登记已转付给付款人', hint: '何时、怎样交给付款人的', phrases: ['已银行转账，留存回单', '住户到前台领取并签收'] },
  { move: 'settle-by-hand', name: '已另行退还', title: '登记已另行退还', hint: '何时、怎样退给住户的', phrases: ['已电话联系住户，银行转账退回', '住户到前台领取现金'] },
]

/** WeChat's own codes of the banks that most cards here come from. */
export const BANKS = [
  { code: 'ICBC_DEBIT', name: '工商银行' },
  { code: 'ABC_DEBIT', name: '农业银行' },
  { code: 'BOC_DEBIT', name: '中国银行' },
  { code: 'CCB_DEBIT', name: '建设银行' },
  { code: 'PSBC_DEBIT', name: '邮储银行' },
  { code: 'COMM_DEBIT', name: '交通银行' },
  { code: 'CMB_DEBIT', name: '招商银行' },
]

export const STRAYS: Asking[] = [
  { move: 'refund', name: '退回', title: '退回给付款人', hint: '为什么退回', phrases: ['重复支付，退回一笔', '金额不符，请住户重新支付'] },
  { move: 'accept', name: '入账', title: '作为一笔支付入账', hint: '依据是什么', phrases: ['已与微信商户平台核对'], payment: true },
  { move: 'ignore', name: '不处理', title: '不处理', hint: '为什么不处理', phrases: ['与本账无关，已核对'], danger: true },
]

/** First and last day of a span that people ask for. */
export function spans(today = new Date(Date.now() + 8 * 3600_000)): { key: string; name: string; first: string; last: string }[] {
  const [year, month] = [today.getUTCFullYear(), today.getUTCMonth()]
  const text = (d: Date) => d.toISOString().slice(0, 10)
  const day = (y: number, m: number, d: number) => text(new Date(Date.UTC(y, m, d)))
  return [
    { key: 'month', name: '本月', first: day(year, month, 1), last: text(today) },
    { key: 'last', name: '上月', first: day(year, month - 1, 1), last: day(year, month, 0) },
    { key: 'year', name: '今年', first: day(year, 0, 1), last: text(today) },
  ]
}
