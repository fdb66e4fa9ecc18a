/**
 * Clocks run on this phone between two answers. The phone's own time may be wrong, so each clock is
 * stamped on arrival with the moment it runs out in *this phone's* time.
 */
import type { Clock } from './types'

/** Adds `due_local` to every clock anywhere in an answer; returns the same object. */
export function stamp<T>(answer: T, now = Date.now()): T {
  if (Array.isArray(answer)) answer.forEach(item => stamp(item, now))
  else if (answer && typeof answer === 'object') {
    const record = answer as Record<string, unknown>
    if (typeof record.left_seconds === 'number' && !record.due_local) record.due_local = now + record.left_seconds * 1000
    else Object.values(record).forEach(value => typeof value === 'object' && stamp(value, now))
  }
  return answer
}

/** Seconds left now (negative: over by); a paused or finished clock stands still. */
export function left(clock: Clock, now = Date.now()): number {
  const runs = !clock.paused && ['running', 'soon', 'overdue'].includes(clock.state)
  return runs && clock.due_local ? Math.round((clock.due_local - now) / 1000) : clock.left_seconds
}
