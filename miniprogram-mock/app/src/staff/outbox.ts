/**
 * What was done without a signal: each step is written down on the phone first (with its
 * Idempotency-Key and photos), then sent, in order, whenever it can be. What the server refuses
 * later stays here with the reason until a person decides; nothing is thrown away by itself.
 */
import { computed, onUnmounted, reactive, watch } from 'vue'
import { ApiError, files, newKey, orders, type OrderCard, type OrderDetail } from '@/api'
import type { Problem } from '@/api/problem'
import { toast } from '@/kit/notices'
import { network, onNetwork } from '@/network'
import { platform } from '@/platform'
import { ready, session } from '@/session'
import { storage } from '@/storage'
import { clockTime } from '@/time'

export interface Shot { field: string; kept: string; key: string; file_id: number | null }
export type Body = Record<string, unknown>

export interface Step {
  key: string
  user_id: number
  order_id: number
  move: string
  body: Body
  /** of the order as it was seen; the server refuses the step when something else has happened since */
  version: number
  /** the newest line of its history that was seen; null when only the card was */
  seen: number | null
  photos: Shot[]
  made_at: number
  card: OrderCard
  state: 'waiting' | 'sending' | 'stuck'
  /** lines of its history that earlier steps from here have made since */
  own?: number[]
  /** of a resumption: the status it goes back to */
  back?: string
  /** has been on the line at least once: it may have been made */
  tried: boolean
  problem: Problem | null
}

export type Outcome = { sent: OrderDetail } | { queued: true } | { refused: ApiError }

const KEY = 'outbox'
const PATIENCE = 8_000 // ms a person waits for one step before it goes on by itself
const PATIENCE_PHOTO = 15_000 // more for each photo
const AGAIN = 20_000
const LATE = 5 * 60_000 // a step sent later than this says when it was really made
const MOST_KEPT_ORDERS = 80
/** These are facts or words: they hold whatever else happened to the order. */
const UNVERSIONED = ['take', 'contact', 'arrive', 'reply']
/** What may happen to an order behind one's back without changing what one did. */
const HARMLESS = ['overdue', 'urge']
/** Fields that take a word on when it really was. */
const NOTED: Record<string, string> = { contact: 'note', arrive: 'note', resolve: 'result', 'close-part': 'result' }

export const outbox = reactive({ steps: load() })
const mine = computed(() => outbox.steps.filter(s => s.user_id === session.me?.id))
export const waiting = computed(() => mine.value.filter(s => s.state !== 'stuck'))
export const stuck = computed(() => mine.value.filter(s => s.state === 'stuck'))
export const stepsOf = (order_id: number) => waiting.value.filter(s => s.order_id === order_id)

function load(): Step[] {
  const kept = storage.get<Step[]>(KEY) ?? []
  // closed in the middle of sending: the same key makes sending it again harmless
  return kept.map(s => (s.state === 'sending' ? { ...s, state: 'waiting' as const } : s))
}

/** True when it is safely on the phone. */
function save(): boolean {
  storage.set(KEY, outbox.steps)
  const kept = storage.get<Step[]>(KEY)
  return kept?.length === outbox.steps.length && kept.every((s, i) => s.key === outbox.steps[i].key)
}

type Listener = (order: OrderDetail) => void
const listeners = new Set<Listener>()

/** In a component: hears of every step that was made, with the order as it is then. */
export function useSent(listener: Listener): void {
  listeners.add(listener)
  onUnmounted(() => listeners.delete(listener))
}

// ---- making a step

/** What is known of the order besides its card. */
export interface Known { seen?: number; back?: string }

/** Makes a step: at once when there is a signal, else as soon as there is one. Never loses it. */
export async function act(card: OrderCard, move: string, body: Body, photos: Shot[] = [], known: Known = {}): Promise<Outcome> {
  const step: Step = {
    key: newKey(), user_id: session.me?.id ?? 0, order_id: card.id, move, body, version: expected(card), seen: known.seen ?? null, back: known.back, photos,
    made_at: Date.now(), card: plain(card), state: 'waiting', tried: false, problem: null,
  }
  outbox.steps.push(step)
  const safe = save() || (forgetOldOrders(), save())
  const made = await within(PATIENCE + photos.length * PATIENCE_PHOTO, result(step.key))
  if (made) return { sent: made }
  const left = find(step.key)
  if (left?.state === 'stuck') { // refused while the person is still looking: the form has it all
    const error = new ApiError(left.problem!)
    take(step.key)
    return { refused: error }
  }
  if (!safe) toast('手机存储满了：请不要关闭小程序，等有信号再走', 'fail')
  return { queued: true }
}

/** The version this order will have when the steps before have been made. */
const expected = (card: OrderCard) => card.version + stepsOf(card.id).length

function plain(card: OrderCard): OrderCard {
  const { id, number, kind, kind_name, title, status, status_name, grade, grade_name, place, compound_name, area_id } = card
  const { created_at, updated_at, picture_url, handler_name, clock, latitude, longitude, version, returned, urged } = card
  return {
    id, number, kind, kind_name, title, status, status_name, grade, grade_name, place, compound_name, area_id,
    created_at, updated_at, picture_url, handler_name, clock, latitude, longitude, version, returned, urged,
  }
}

const awaited = new Set<string>()
const answers = new Map<string, OrderDetail>()

async function result(key: string): Promise<OrderDetail | undefined> {
  awaited.add(key)
  await flush()
  awaited.delete(key)
  const made = answers.get(key)
  answers.delete(key)
  return made
}

const within = <T>(ms: number, work: Promise<T>) =>
  Promise.race([work, new Promise<undefined>(done => setTimeout(() => done(undefined), ms))])

// ---- sending

let running: Promise<void> | null = null

/** Sends what waits, oldest first; one at a time, whoever asks. */
export function flush(): Promise<void> {
  running ??= run().finally(() => { running = null })
  return running
}

/** The oldest step that may go: not behind one of the same order that is stuck. */
function next(): Step | undefined {
  const held = new Set<number>()
  for (const step of mine.value) {
    if (step.state === 'stuck') held.add(step.order_id)
    else if (!held.has(step.order_id)) return step
  }
  return undefined
}

async function run(): Promise<void> {
  for (let step = next(); step && network.online; step = next()) {
    step.state = 'sending'
    try {
      await made(step, await send(step))
    } catch (error) {
      if (!settled(step, error)) return
    }
  }
}

async function send(step: Step): Promise<OrderDetail> {
  const late = Date.now() - step.made_at > LATE
  const field = NOTED[step.move]
  if (field && late && !step.tried) {
    const said = `（实际时间 ${clockTime(step.made_at)}，当时没有信号，后补传）`
    step.body = { ...step.body, [field]: `${(step.body[field] as string | undefined) ?? ''}${said}` }
  }
  await upload(step)
  step.tried = true
  save()
  const ids: Record<string, number[]> = {}
  for (const shot of step.photos) if (shot.file_id) (ids[shot.field] ??= []).push(shot.file_id)
  const version = UNVERSIONED.includes(step.move) ? {} : { version: step.version }
  return orders.move(step.order_id, step.move, { ...step.body, ...ids, ...version }, step.key)
}

async function upload(step: Step): Promise<void> {
  for (const shot of step.photos) {
    if (shot.file_id) continue
    const path = await platform.keptPhoto(shot.kept)
    if (!path) throw new ApiError({ status: 404, code: 'photo_gone', title: '有照片在手机里找不到了' })
    shot.file_id = (await files.upload(path, 'order', shot.key)).id
    save()
  }
}

async function made(step: Step, order: OrderDetail): Promise<void> {
  if (awaited.has(step.key)) answers.set(step.key, order)
  storage.set(`order.${order.id}`, { order, at: Date.now() })
  remove(step.key)
  for (const s of outbox.steps) if (s.order_id === order.id) s.own = [...(s.own ?? []), newest(order)]
  save()
  listeners.forEach(listener => listener(order))
}

/** Whether the next step may be tried; false when the line is what failed. */
function settled(step: Step, error: unknown): boolean {
  const problem = error instanceof ApiError ? error : new ApiError({ status: 0, code: 'unreachable', title: '没有发出去' })
  const later = problem.isOffline || [401, 408, 425, 429].includes(problem.status) || problem.status >= 500
  step.state = later ? 'waiting' : 'stuck'
  step.problem = later ? null : problem.problem
  save()
  if (later) return false
  if (problem.code === 'stale_version') void reconsider(step.key)
  return true
}

/** Only a clock has run out or the resident has urged meanwhile: the step stands, and goes again. */
async function reconsider(key: string): Promise<void> {
  const step = find(key)
  if (!step || step.seen === null) return
  const order = await orders.get(step.order_id).catch(() => null)
  const since = order ? newsFor(step, order) : []
  const own = find(key)
  if (!order || !own || own.state !== 'stuck' || !since.length) return
  if (order.moves.includes(own.move) && since.every(line => HARMLESS.includes(line.move))) retry(key, order)
}

// ---- what a person decides about a step that is stuck

const find = (key: string) => outbox.steps.find(s => s.key === key)

/** Out of the list; its photos stay: the form still shows them. */
function take(key: string): Step | undefined {
  const at = outbox.steps.findIndex(s => s.key === key)
  const [step] = at < 0 ? [] : outbox.steps.splice(at, 1)
  save()
  return step
}

function remove(key: string): void {
  take(key)?.photos.forEach(shot => void platform.dropPhoto(shot.kept))
}

/** Takes a step back, with those of the same order that were to follow it. */
export function discard(key: string): void {
  const step = find(key)
  if (!step) return
  const later = outbox.steps.slice(outbox.steps.indexOf(step)).filter(s => s.order_id === step.order_id)
  later.forEach(s => remove(s.key))
}

/** Sends it once more, on top of the order as it is now: a new write with a new key. */
export function retry(key: string, now: OrderDetail): void {
  const step = find(key)
  if (!step) return
  const lost = step.problem?.code === 'photo_gone'
  const photos = lost ? step.photos.filter(s => s.file_id) : step.photos
  Object.assign(step, {
    key: newKey(), version: now.version, seen: newest(now), state: 'waiting', tried: false, problem: null,
    photos: photos.map(s => (lost ? s : { ...s, key: newKey(), file_id: null })), // uploads are kept a day only
  })
  outbox.steps.filter(s => s.order_id === step.order_id && s !== step)
    .forEach((s, i) => { s.version = now.version + i + 1 })
  save()
  void flush()
}

/** What others did to the order since this step was made; null `seen`: everything. */
export const newsFor = (step: Step, order: OrderDetail) =>
  order.history.filter(line => line.id > (step.seen ?? 0) && !step.own?.includes(line.id))

export const newest = (order: OrderDetail) => Math.max(0, ...order.history.map(line => line.id))

// ---- by itself

/** Orders looked at long ago make room: the outbox needs it more. */
function forgetOldOrders(): void {
  const kept = storage.keys('order.').map(key => ({ key, at: storage.get<{ at: number }>(key)?.at ?? 0 }))
  kept.sort((a, b) => b.at - a.at).slice(MOST_KEPT_ORDERS).forEach(({ key }) => storage.remove(key))
}

/** Photos that no step and no unfinished form knows. */
async function sweep(): Promise<void> {
  const drafts = storage.keys('form.').map(key => JSON.stringify(storage.get(key)))
  const known = `${JSON.stringify(outbox.steps)}${drafts.join('')}`
  for (const name of await platform.keptPhotos()) if (!known.includes(`"${name}"`)) await platform.dropPhoto(name)
}

let started = false

/** Once, at launch: from then on everything that waits goes out by itself. */
export async function startOutbox(): Promise<void> {
  if (started) return
  started = true
  await ready()
  let known = session.me?.id
  watch(() => session.me?.id, id => {
    if (!id || id === known) return
    known = id
    outbox.steps = load() // somebody else has this phone: what was forgotten in storage is forgotten here
  })
  forgetOldOrders()
  void sweep().catch(() => undefined)
  onNetwork(online => { if (online) void flush() })
  setInterval(() => { if (waiting.value.length) void flush() }, AGAIN)
  void flush()
}
