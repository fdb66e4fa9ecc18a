/** Names of the tokens' tones, for components that take one. The values are in tokens.scss. */
import type { ClockState, Grade } from './api/types'

export type Tone = 'brand' | 'accent' | 'yellow' | 'orange' | 'red' | 'done' | 'wait'

export const GRADE_TONE: Record<Grade, Tone> = { yellow: 'yellow', orange: 'orange', red: 'red' }

export const CLOCK_TONE: Record<ClockState, Tone> = {
  running: 'brand', soon: 'orange', overdue: 'red', paused: 'wait', met: 'done', late: 'orange',
}

export const CLOCK_WORD: Record<ClockState, string> = {
  running: '计时中', soon: '快到时限', overdue: '已超时', paused: '已暂停', met: '已按时', late: '已完成（超时）',
}

/** What colour a status wears: waiting for someone, being worked on, finished well, or gone. */
export function statusTone(status: string): Tone {
  if (['resolved', 'closed'].includes(status)) return 'done'
  if (['withdrawn', 'suspended'].includes(status)) return 'wait'
  if (['reported', 'accepted', 'pooled'].includes(status)) return 'accent'
  return 'brand'
}

/** Colours the window itself wants (H5's page behind the app, WeChat's window): --bg and --card. */
export const WINDOW = { light: { bg: '#f3f5f4', card: '#ffffff' }, dark: { bg: '#0f1417', card: '#1a2125' } }
