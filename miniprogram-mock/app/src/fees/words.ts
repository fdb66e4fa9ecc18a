/** Words for days and periods of bills. */
import type { Bill, Tariff } from '@/api/fees'

/** `12月30日前` of a day as the API writes it. */
export function dueWords(day: string): string {
  const [, month, date] = day.split('-')
  return `${Number(month)}月${Number(date)}日前缴纳`
}

/** `11月22日 09:02` of a moment, on the clock of Shanghai. */
export function momentWords(at: string): string {
  const there = new Date(new Date(at).getTime() + 8 * 3600_000)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${there.getUTCMonth() + 1}月${there.getUTCDate()}日 ${two(there.getUTCHours())}:${two(there.getUTCMinutes())}`
}

export const isPayable = (bill: Bill) => bill.status === 'unpaid' && bill.owed > 0

/** Fen of what a person typed in yuan; null for what is no amount. */
export function fenOf(text: string): number | null {
  const found = /^(\d{1,6})(?:\.(\d{1,2}))?$/.exec(text.trim())
  if (!found) return null
  return Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0'))
}

/** The keys of a tariff's period that runs and of those around it, with their names. */
export function periodsOf(kind: Tariff['period'], now = new Date()): { key: string; name: string }[] {
  const year = now.getFullYear()
  if (kind === 'year') return [year - 1, year, year + 1].map(y => ({ key: String(y), name: `${y}年` }))
  const months = kind === 'month' ? 1 : 3
  const at = year * (12 / months) + Math.floor(now.getMonth() / months)
  return [-1, 0, 1].map(step => periodAt(at + step, months))
}

function periodAt(at: number, months: number): { key: string; name: string } {
  const many = 12 / months
  const [year, part] = [Math.floor(at / many), (at % many) + 1]
  return months === 1
    ? { key: `${year}-${String(part).padStart(2, '0')}`, name: `${year}年${part}月` }
    : { key: `${year}Q${part}`, name: `${year}年第${part}季度` }
}
