/** Which questions an answer sheet leads to: the server decides the same way. */
import type { Condition, Question, Sheet } from '@/api/surveys'

function holds(condition: Condition, sheet: Sheet): boolean {
  const given = sheet[condition.question]
  if (given === undefined || given === '') return false
  if (condition.any_of.length) return (Array.isArray(given) ? given : [String(given)]).some(one => condition.any_of.includes(one))
  const value = Number(given)
  if (Number.isNaN(value)) return false
  return value >= (condition.at_least ?? -Infinity) && value <= (condition.at_most ?? Infinity)
}

export function asked(questions: Question[], sheet: Sheet): Question[] {
  const open: Question[] = []
  for (const one of questions) {
    if (one.show_if.every(c => open.some(q => q.key === c.question) && holds(c, sheet))) open.push(one)
  }
  return open
}

export const isEmpty = (value: unknown) =>
  value === undefined || value === '' || (Array.isArray(value) ? !value.length : typeof value === 'object' && value !== null && !Object.keys(value).length)
