/** Payments and refunds: only their own pages load this. Amounts are fen. */
import { client } from './client'
import type { Page } from './types'

export type PaymentStatus = 'unpaid' | 'paid' | 'closed'
export type Method = 'wechat' | 'balance' | 'cash' | 'transfer' | 'pos'

/** A payment in a list. */
export interface PaymentCard {
  id: number
  number: string
  status: PaymentStatus
  status_name: string
  purpose: string
  title: string
  amount: number
  /** fen promised back, whether they have arrived or not */
  refunded: number
  payee_name: string
  method: Method | null
  method_name: string
  created_at: string
  paid_at: string | null
}

export interface PaymentLine { subject: string; title: string; amount: number; refunded: number }

export interface Payment extends PaymentCard {
  lines: PaymentLine[]
  /** how the reader could pay it now: empty once it cannot be paid */
  methods: string[]
  moves: string[]
  expires_at: string
  receipt_no: string | null
}

export interface Refund {
  id: number
  payment_id: number
  status: string
  status_name: string
  method_name: string
  amount: number
  reason: string
  created_at: string
  finished_at: string | null
}

/** What `wx.requestPayment` takes. */
export interface PayParams { timeStamp: string; nonceStr: string; package: string; signType: string; paySign: string }

export const payments = {
  mine: (status: PaymentStatus | undefined, cursor?: string | null) =>
    client.get<Page<PaymentCard>>('/payments/mine', { status, cursor, limit: 20 }),
  get: (id: number) => client.get<Payment>(`/payments/${id}`),
  prepay: (id: number) => client.post<PayParams>(`/payments/${id}/prepay`),
  /** Has the server ask WeChat now. */
  check: (id: number) => client.post<Payment>(`/payments/${id}/check`),
  close: (id: number) => client.post<Payment>(`/payments/${id}/close`),
  refunds: (id: number) => client.get<Page<Refund>>('/refunds/mine', { payment_id: id, limit: 50 }),
  /** Where the PDF lies on this phone then. */
  receipt: (id: number) => client.download(`/payments/${id}/receipt`),
}
