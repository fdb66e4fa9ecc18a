/** Words for days and periods of bills. */
import type { Bill, Tariff } from '@/api/fees'
import { scaled } from '@/money'
import { dateName } from '@/time'

/** `12月30日前缴纳` of a day as the API writes it. */
export function dueWords(day: string): string {
  return `${dateName(day)}前缴纳`
}

export const isPayable = (bill: Bill) => bill.status === 'unpaid' && bill.owed > 0

/** Fen of what a person typed in yuan; null for what is no amount. */
export const fenOf = (text: string) => scaled(text, 2)

/** The keys of a tariff's period that runs and of those around it; names without this year. */
export function periodsOf(kind: Tariff['period'], now = new Date()): { key: string; name: string }[] {
  const year = now.getFullYear()
  if (kind === 'year') return [year - 1, year, year + 1].map(y => ({ key: String(y), name: `${y}年` }))
  const months = kind === 'month' ? 1 : 3
  const at = year * (12 / months) + Math.floor(now.getMonth() / months)
  return [-1, 0, 1].map(step => periodAt(at + step, months, year))
}

function periodAt(at: number, months: number, now: number): { key: string; name: string } {
  const many = 12 / months
  const [year, part] = [Math.floor(at / many), (at % many) + 1]
  const said = year === now ? '' : `${year}年`
  return months === 1
    ? { key: `${year}-${String(part).padStart(2, '0')}`, name: `${said}${part}月` }
    : { key: `${year}Q${part}`, name: `${said}${part}季度` }
}

/** The first days of the period that runs and of those after it, for a price to hold from. */
export function firstDays(kind: Tariff['period'], now = new Date()): { key: string; name: string }[] {
  const months = { month: 1, quarter: 3, year: 12 }[kind]
  const begin = Math.floor((now.getFullYear() * 12 + now.getMonth()) / months) * months
  return [0, 1, 2].map(step => {
    const at = begin + step * months
    const day = `${Math.floor(at / 12)}-${String(at % 12 + 1).padStart(2, '0')}-01`
    return { key: day, name: dateName(day) }
  })
}
