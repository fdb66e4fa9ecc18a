/** How days of small repairs are said on the phones. */
import type { Bench, MendDayCard } from '@/api/mending'
import { clockTime, dayName, dayOf } from '@/time'
import type { Tone } from '@/tokens'

/** 11月29日 周日 */
export const onDay = (one: MendDayCard) => dayName(dayOf(one.starts_at))
/** 08:30 – 12:00 */
export const hours = (one: { starts_at: string; ends_at: string }) => `${clockTime(one.starts_at)} – ${clockTime(one.ends_at)}`

export const dayTone = (one: MendDayCard): Tone => (one.status !== 'announced' ? 'wait' : one.left ? 'brand' : 'accent')

const TURN_TONE: Record<string, Tone> = { booked: 'brand', checked_in: 'done', checked_out: 'done', done: 'done', no_show: 'accent' }
export const turnTone = (status: string | null): Tone => (status && TURN_TONE[status]) || 'wait'

/** My turns of a day with whose bench they are at. */
export const myTurns = (benches: Bench[]) => benches.flatMap(bench =>
  bench.turns.flatMap(turn => (turn.mine ? [{ bench, turn, mine: turn.mine }] : [])))
