/** How payments are called and coloured. */
import type { PaymentCard } from '@/api/pay'
import type { Tone } from '@/tokens'

export function toneOf(payment: PaymentCard): Tone {
  if (payment.status === 'unpaid') return 'accent'
  if (payment.status === 'closed') return 'wait'
  return payment.refunded ? 'brand' : 'done'
}

/** 待支付 / 已支付 / 已关闭 / 部分退款 / 已退款 */
export function stateOf(payment: PaymentCard): string {
  if (payment.status !== 'paid' || !payment.refunded) return payment.status_name
  return payment.refunded >= payment.amount ? '已退款' : '部分退款'
}
