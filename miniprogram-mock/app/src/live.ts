/**
 * The live line: new and changed orders within a second over a WebSocket, resumed after a gap,
 * replaced by polling while it cannot be had. Pages subscribe; nobody else opens sockets.
 */
import { onUnmounted, reactive } from 'vue'
import { auth, liveAddress } from './api/client'
import { network, onNetwork } from './network'
import { storage } from './storage'

export type LiveMessage =
  | { type: 'order'; order_id: number; version: number; status: string; what: 'new' | 'changed'; cursor: string }
  | { type: 'purchase'; purchase_id: number; shop_id: number; status: string; version: number }
  | { type: 'resync' }
/** How full a car park is now; only for pages that watch it. */
export interface LotNews { type: 'lot'; lot_id: number; capacity: number; inside: number; free: number }

/** Somebody checked in at a fair, or came by a stall; only for walls that watch it. */
export interface FairNews { type: 'fair'; fair_id: number; what: string }

type Frame = LiveMessage | LotNews | FairNews | { type: 'ready'; cursor: string } | { type: 'ping' }
type Listener = (message: LiveMessage) => void

const BACKOFF = [1000, 2000, 5000, 10_000, 30_000]
const POLL = 15_000
const SIGNED_OUT = 4401
const SILENCE = 70_000 // longer than two of the server's pings: the line is dead

export const live = reactive({ state: 'off' as 'off' | 'connecting' | 'open' | 'polling' })

const listeners = new Set<Listener>()
const lotListeners = new Set<(news: LotNews) => void>()
const openings = new Set<() => void>()
const fairListeners = new Set<(news: FairNews) => void>()
/** What pages on the screen want to be told of besides orders; nobody's secrets (`lot:3`). */
const watched = new Map<object, string[]>()
let socket: UniApp.SocketTask | null = null
let tries = 0
let wanted = false
let retryTimer: ReturnType<typeof setTimeout> | undefined
let silenceTimer: ReturnType<typeof setTimeout> | undefined
let pollTimer: ReturnType<typeof setInterval> | undefined

const publish = (message: LiveMessage) => listeners.forEach(listener => listener(message))

function keepCursor(cursor: string | undefined): void {
  if (cursor) storage.set('live.cursor', cursor)
}

function receive(text: string): void {
  clearTimeout(silenceTimer)
  silenceTimer = setTimeout(lost, SILENCE)
  let frame: Frame
  try { frame = JSON.parse(text) as Frame } catch { return }
  if (frame.type === 'ping') return send({ type: 'pong' })
  if (frame.type === 'ready') {
    keepCursor(frame.cursor)
    tries = 0
    live.state = 'open'
    clearInterval(pollTimer)
    pollTimer = undefined
    return openings.forEach(listener => listener())
  }
  if (frame.type === 'lot') return lotListeners.forEach(listener => listener(frame))
  if (frame.type === 'fair') return fairListeners.forEach(listener => listener(frame))
  if (frame.type === 'order') keepCursor(frame.cursor)
  publish(frame)
}

function send(data: object): void {
  socket?.send({ data: JSON.stringify(data) })
}

function connect(): void {
  clearTimeout(retryTimer)
  if (!wanted || socket || !network.online || !auth.token) return
  live.state = live.state === 'polling' ? 'polling' : 'connecting'
  const task = uni.connectSocket({ url: liveAddress(), complete: () => undefined })
  socket = task
  task.onOpen(() => send({ token: auth.token, since: storage.get<string>('live.cursor'), watch: [...watched.values()].flat() }))
  task.onMessage(m => { if (socket === task) receive(String(m.data)) })
  task.onClose(e => { if (socket === task) void ended((e as { code?: number }).code) })
  task.onError(() => { if (socket === task) lost() })
}

/** Closed by the server: with 4401 the token is no longer good, so a new one is fetched first. */
async function ended(code?: number): Promise<void> {
  if (code === SIGNED_OUT) await auth.renew()
  lost()
}

/** The line broke: try again, later each time; meanwhile ask for everything now and then. */
function lost(): void {
  drop()
  if (!wanted || !network.online) { live.state = 'off'; return }
  retryTimer = setTimeout(connect, BACKOFF[Math.min(tries, BACKOFF.length - 1)])
  tries += 1
  if (tries >= 3 && !pollTimer) {
    live.state = 'polling'
    pollTimer = setInterval(() => publish({ type: 'resync' }), POLL)
  }
}

function drop(): void {
  clearTimeout(silenceTimer)
  const task = socket
  socket = null
  task?.close({})
}

/** App to the front: connect, and let the pages catch up. */
export function startLive(): void {
  wanted = true
  connect()
}

/** App to the back: WeChat would close the line anyway. */
export function stopLive(): void {
  wanted = false
  clearTimeout(retryTimer)
  clearInterval(pollTimer)
  pollTimer = undefined
  drop()
  live.state = 'off'
}

onNetwork(online => {
  if (online) { tries = 0; connect(); publish({ type: 'resync' }) }
  else { drop(); live.state = 'off' }
})

/** In a component: hears of orders while it lives. `resync` means: something was missed, load again. */
export function useLive(listener: Listener): void {
  listeners.add(listener)
  onUnmounted(() => listeners.delete(listener))
}

/**
 * In a component: hears that the line is open, at first and after each gap. Orders of the meantime
 * come by themselves; whoever shows anything else loads it again.
 */
export function useOpening(listener: () => void): void {
  openings.add(listener)
  onUnmounted(() => openings.delete(listener))
}

/**
 * In a component: hears how full car parks are. Name them by the function it gives, again whenever
 * they change; the line begins anew with them, and forgets them when the component goes.
 */
export const useLots = (listener: (news: LotNews) => void) => watching(lotListeners, listener)

/** The same for the walls of fairs (`fair:17`). */
export const useFairs = (listener: (news: FairNews) => void) => watching(fairListeners, listener)

function watching<T>(listeners: Set<T>, listener: T): (names: string[]) => void {
  const page = {}
  listeners.add(listener)
  const set = (names: string[]) => {
    if (String(names) === String(watched.get(page) ?? [])) return
    watched.set(page, names)
    if (socket) { drop(); connect() }
  }
  onUnmounted(() => { watched.delete(page); listeners.delete(listener) })
  return set
}
