/** Money is fen everywhere; only here it becomes yuan, for reading, and yuan that were typed become fen. */

/** `1,234.50` */
export function yuan(fen: number): string {
  const [whole, part] = (Math.abs(fen) / 100).toFixed(2).split('.')
  return `${fen < 0 ? '-' : ''}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${part}`
}

/** `1234.50`: as it is typed. */
export const typedYuan = (fen: number) => typed(fen, 2, 2)

/** A whole number of the smallest parts of what a person typed (`12.5` with two places is 1250); null for what is no such number. */
export function scaled(text: string, places: number): number | null {
  const found = /^(\d{1,7})(?:\.(\d+))?$/.exec(text.trim())
  if (!found || (found[2] ?? '').length > places) return null
  return Number(found[1]) * 10 ** places + Number((found[2] ?? '').padEnd(places, '0'))
}

/** The other way round: 12500 with four places is `1.25`; at least so many places are written. */
export function typed(parts: number, places: number, least = 0): string {
  const whole = Math.floor(parts / 10 ** places)
  let rest = String(parts % 10 ** places).padStart(places, '0')
  while (rest.length > least && rest.endsWith('0')) rest = rest.slice(0, -1)
  return rest ? `${whole}.${rest}` : String(whole)
}
