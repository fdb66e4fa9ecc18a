/** An order as it will be when the steps that wait on this phone have been made. */
import { left, type Clock, type HistoryLine, type OrderCard, type OrderDetail } from '@/api'
import { clockTime } from '@/time'
import { FORMS } from './forms'
import type { Step } from './outbox'

const ALWAYS = ['contact', 'return', 'transfer', 'ask-co-handlers', 'suspend', 'extend', 'reply']
/** What the server's table will open to the one who has it, by status. */
const OPEN: Record<string, string[]> = {
  taken: ['arrive', ...ALWAYS],
  contacted: ['arrive', 'resolve', ...ALWAYS],
  arrived: ['resolve', ...ALWAYS],
  suspended: ['resume', 'ask-co-handlers', 'extend', 'reply'],
}
const NAMES: Record<string, string> = {
  taken: '已接单', contacted: '已联系', arrived: '已到场', suspended: '已挂起', resolved: '已办结',
  pooled: '待接单', accepted: '待分派', assigned: '已交办',
}
/** Moves after which other moves are open. */
const MOVED: Record<string, true> = {
  take: true, contact: true, arrive: true, resolve: true, suspend: true, resume: true,
  return: true, decline: true, transfer: true, dispatch: true, assign: true,
}
const GONE: Record<string, string> = { return: 'accepted', decline: 'pooled', transfer: 'assigned', dispatch: 'pooled', assign: 'assigned' }

function after(status: string, step: Step): string {
  if (step.move === 'take') return 'taken'
  if (step.move === 'contact') return step.body.outcome === 'no_answer' || status !== 'taken' ? status : 'contacted'
  if (step.move === 'arrive') return 'arrived'
  if (step.move === 'resolve') return 'resolved'
  if (step.move === 'suspend') return 'suspended'
  if (step.move === 'resume') return before(step)
  return GONE[step.move] ?? status
}

/** Where a suspended order goes on; of a card alone the careful guess. */
const before = (step: Step) => step.back ?? 'taken'

/** The status an order was suspended in, from its history. */
export function heldAs(order: OrderDetail): string {
  const made = order.history.slice(order.history.map(l => l.move).lastIndexOf('take') + 1).map(l => l.move)
  return made.includes('arrive') ? 'arrived' : order.clocks.some(c => c.kind === 'contact' && ['met', 'late'].includes(c.state)) ? 'contacted' : 'taken'
}

export function projectCard<T extends OrderCard>(card: T, steps: Step[]): T {
  const own = steps.filter(s => s.order_id === card.id)
  const status = own.reduce(after, card.status)
  return status === card.status ? card : { ...card, status, status_name: NAMES[status] ?? card.status_name }
}

const line = (step: Step, i: number): HistoryLine => ({
  id: Number.MAX_SAFE_INTEGER - 1000 + i,
  at: new Date(step.made_at).toISOString(),
  move: step.move,
  title: `${FORMS[step.move]?.name ?? step.move}（等待发送）`,
  text: String(step.body.note ?? step.body.result ?? step.body.reason ?? step.body.text ?? ''),
  who: `我 · ${clockTime(step.made_at)} 记在手机里`,
  files: [],
})

/** Clocks that a status has met. */
const MET: Record<string, string[]> = { contacted: ['contact'], arrived: ['contact', 'arrive'], resolved: ['contact', 'arrive', 'done'] }
const stopped = (c: Clock): Clock => ({ ...c, state: left(c) < 0 ? 'late' : 'met' })

export function project(order: OrderDetail, steps: Step[]): OrderDetail {
  const own = steps.filter(s => s.order_id === order.id)
  if (!own.length) return order
  const card = projectCard(order, own)
  const once = own.map(s => s.move).filter(m => ['extend', 'approve-extension', 'refuse-extension', 'close-part'].includes(m))
  const moves = own.some(s => s.move in MOVED) ? OPEN[card.status] ?? [] : order.moves
  return {
    ...card,
    clocks: order.clocks.map(c => (MET[card.status]?.includes(c.kind) && !['met', 'late'].includes(c.state) ? stopped(c) : c)),
    moves: moves.filter(m => !once.includes(m)),
    history: [...order.history, ...own.map(line)],
  }
}
