/** The numbers that a person means: `B1-001、B1-003~B1-005` are four. */
export function spread(text: string): string[] {
  const parts = text.split(/[\s、,，;；]+/).filter(Boolean)
  return [...new Set(parts.flatMap(one => {
    const [first, last] = one.split(/[~～]/)
    return last === undefined ? [first] : between(first, last)
  }))]
}

/** Numbers that differ in the digits at their end only; what is no such run stays as it was typed. */
function between(first: string, last: string): string[] {
  const [low, high] = [/^(.*?)(\d+)$/.exec(first), /^(.*?)(\d+)$/.exec(last)]
  const many = low && high ? Number(high[2]) - Number(low[2]) + 1 : 0
  if (!low || !high || low[1] !== high[1] || many < 1 || many > 200) return [`${first}~${last}`]
  return Array.from({ length: many }, (_, at) => low[1] + String(Number(low[2]) + at).padStart(low[2].length, '0'))
}
