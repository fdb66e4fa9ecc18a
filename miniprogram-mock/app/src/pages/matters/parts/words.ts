/** How votes and matters are spoken of. */
import type { MatterStatus, Tally, VotingStatus } from '@/api/matters'
import type { Tone } from '@/tokens'

export const MATTER_TONE: Record<MatterStatus, Tone> = {
  draft: 'wait', collecting: 'brand', shaped: 'brand', voting: 'accent', decided: 'done', rejected: 'red', executing: 'brand', done: 'done', withdrawn: 'wait',
}
export const VOTING_TONE: Record<VotingStatus, Tone> = { draft: 'wait', frozen: 'brand', open: 'accent', ended: 'brand', counted: 'done', cancelled: 'wait' }

/** 89.50 */
export const square = (area: number) => (area / 100).toFixed(2)

/** A share in per cent, cut and not rounded: 66.66 is not two thirds. */
export const share = (part: number, whole: number) => (whole ? `${(Math.floor((part * 10_000) / whole) / 100).toFixed(2)}%` : '0%')

export const tally = (one: Tally) => `${one.dwellings} 户，${one.heads} 人，${square(one.area)} ㎡`

/** The end of a day of the city, as the API wants it. */
export function endOfDay(day: string): string {
  return new Date(`${day}T23:59:59+08:00`).toISOString()
}
