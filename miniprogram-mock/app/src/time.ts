/** Times as people say them, in the city's own time zone (UTC+8 all year), whatever the phone's. */
const CITY_OFFSET = 8 * 3600_000
const pad = (n: number) => String(n).padStart(2, '0')
const city = (iso: string | number | Date) => new Date(new Date(iso).getTime() + CITY_OFFSET)
const dayNumber = (d: Date) => Math.floor(d.getTime() / 86_400_000)

/** 09:05 */
export const clockTime = (iso: string | number) => {
  const d = city(iso)
  return `${pad(d.getUTCHours())}:${pad(d.getUTCMinutes())}`
}

/** 今天 09:05 / 明天 09:05 / 昨天 09:05 / 11月3日 09:05 / 2025年11月3日 09:05 */
export function dayTime(iso: string | number, now = Date.now()): string {
  const d = city(iso)
  const gap = dayNumber(d) - dayNumber(city(now))
  const word = { '-1': '昨天', 0: '今天', 1: '明天' }[String(gap)]
  return `${word ?? dateName(dayOf(iso), now)} ${clockTime(iso)}`
}

/** 2026-12-01 → 12月1日; of another year 2025年12月1日 */
export function dateName(day: string, now = Date.now()): string {
  const [year, month, date] = day.split('-').map(Number)
  return `${year === city(now).getUTCFullYear() ? '' : `${year}年`}${month}月${date}日`
}

/** 1月1日 至 11月25日 */
export const between = (since: string, until: string) => `${dateName(since)} 至 ${dateName(until)}`

/** 2026-12-01 → 周二 */
export const weekday = (day: string) => `周${'日一二三四五六'[new Date(`${day}T00:00:00Z`).getUTCDay()]}`

/** 12月1日 周二 */
export const dayName = (day: string) => `${dateName(day)} ${weekday(day)}`


/** 刚刚 / 12分钟前 / 3小时前 / then as dayTime */
export function ago(iso: string | number, now = Date.now()): string {
  const minutes = Math.floor((now - new Date(iso).getTime()) / 60_000)
  if (minutes < 1) return '刚刚'
  if (minutes < 60) return `${minutes}分钟前`
  if (minutes < 6 * 60) return `${Math.floor(minutes / 60)}小时前`
  return dayTime(iso, now)
}

/** Today in the city, 2026-11-25 */
export const today = () => city(Date.now()).toISOString().slice(0, 10)
export const plusDays = (day: string, n: number) => new Date(new Date(`${day}T00:00:00Z`).getTime() + n * 86_400_000).toISOString().slice(0, 10)

/** The day so many days from now in the city, 2026-11-25 */
export const dayFromNow = (days: number) => plusDays(today(), days)

/** The city's day of a moment, 2026-11-25 */
export const dayOf = (iso: string | number) => city(iso).toISOString().slice(0, 10)

/** 2天3小时 / 2小时15分 / 15分钟 / 不到1分钟 */
export function span(seconds: number): string {
  const minutes = Math.floor(Math.abs(seconds) / 60)
  const [d, h, m] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60]
  if (d) return `${d}天${h ? `${h}小时` : ''}`
  if (h) return `${h}小时${m ? `${m}分` : ''}`
  return m ? `${m}分钟` : '不到1分钟'
}

/** Hours of a promise: 30分钟内 / 3小时内 / 2天内 */
export function within(hours: number): string {
  if (hours < 1) return `${Math.round(hours * 60)}分钟内`
  return hours > 48 && hours % 24 === 0 ? `${hours / 24}天内` : `${hours}小时内`
}
