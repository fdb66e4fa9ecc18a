/** After something was placed: its page stands in for the form, and the payment's page on top of it. */
import type { Placed } from '@/api'
import { goTo, isKnown } from '@/router'

const PAY = '/pages/pay/index'

export function payNow(payment_id: number): void {
  goTo(`${PAY}?id=${payment_id}`)
}

export function settle(placed: Placed): void {
  const pay = placed.payment_id && isKnown(PAY) ? `&pay=${placed.payment_id}` : ''
  uni.redirectTo({ url: `/pages/shops/purchase?id=${placed.purchase_id}${pay}` })
}
