/** Paying from a prepaid balance is the business of the room whose balance it is; so far the fees'. */
import { client } from '@/api/client'
import type { Payment } from '@/api/pay'

interface Home { place: string; balance: number }

const BILL = /^bill:(\d+)$/
const billsOf = (payment: Payment) => payment.lines.map(line => Number(BILL.exec(line.subject)?.[1]))

/** The balance that is enough for the payment, in fen; null when there is none. */
export async function balanceFor(payment: Payment): Promise<number | null> {
  if (payment.purpose !== 'fees' || billsOf(payment).some(Number.isNaN)) return null
  const { homes } = await client.get<{ homes: Home[] }>('/fees/overview')
  const enough = homes.map(home => home.balance).filter(balance => balance >= payment.amount)
  return enough.length ? Math.max(...enough) : null
}

/** Pays the same bills from the balance: a payment of its own, done at once. */
export const payFromBalance = (payment: Payment, key: string) =>
  client.post<Payment>('/fees/payments', { bill_ids: billsOf(payment), from_balance: true }, { key })
