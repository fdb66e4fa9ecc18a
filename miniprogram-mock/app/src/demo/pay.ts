/** WeChat's pay sheet: who gets how much, and what the person does about it. */
import type { PayParams } from '../api/pay'
import { yuan } from '../money'
import { control } from './control'
import { appLine, h, sheet } from './dom'
import { mockState, type PayMode } from './state'

interface Prepaid { payee: string; description: string; amount: { total: number } }
type Deed = Exclude<PayMode, 'ask'>

async function prepaid(params: PayParams): Promise<Prepaid | null> {
  const id = params.package.replace('prepay_id=', '')
  const answer = await fetch(`${mockState.url}/control/pay/sheet?prepay_id=${encodeURIComponent(id)}`)
  return answer.ok ? (await answer.json()) as Prepaid : null
}

async function askPay(order: Prepaid): Promise<Deed> {
  const deed = await sheet<Deed>(close => [
    appLine('向你收款'),
    h('p', { style: 'text-align:center;margin-bottom:0' }, order.payee),
    h('h2', { style: 'text-align:center;font-size:34px;margin:4px 0 8px', 'data-testid': 'wx-pay-amount' }, `¥${yuan(order.amount.total)}`),
    h('p', { style: 'text-align:center' }, order.description),
    h('div.lk-row', {},
      h('button', { 'data-testid': 'wx-pay-cancel', onclick: () => close('cancel') }, '取消'),
      h('button', { 'data-testid': 'wx-pay-fail', onclick: () => close('fail') }, '支付失败')),
    h('div.lk-row', {}, h('button.primary', { 'data-testid': 'wx-pay', onclick: () => close('pay') }, '支付')),
  ], 'wx-pay-sheet')
  return deed ?? 'cancel'
}

/** What `wx.requestPayment` would say in the end. */
export async function pay(params: PayParams, openid: string): Promise<string> {
  const order = await prepaid(params)
  const result = !order || mockState.pay !== 'ask' ? mockState.pay : await askPay(order)
  const asked = { params, openid, result: result === 'ask' ? 'pay' : result } // without an order the stand-in says why not
  return (await control<{ errMsg: string }>('/pay/pay', asked)).errMsg
}
