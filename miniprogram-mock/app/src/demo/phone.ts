/** The phone's side of the demo: obeys its drawer, shows WeChat's messages as banners. */
import { watch } from 'vue'
import { demo, rows } from '../api'
import { goTo } from '../router'
import { clockTime } from '../time'
import { PHONE, storage } from '../storage'
import { control } from './control'
import { bridge, type Command, type Delivered } from './bridge'
import { h, sheet, styled } from './dom'
import { MOCK_KEYS, mockState, saveMock } from './state'

const POLL = 3000
const BANNER = 6000
const KEPT = 8

interface MockMessage {
  id: number
  page: string | null
  /** epoch seconds, as WeChat counts */
  at: number
  title?: string
  data: Record<string, { value: string } | string>
}

let messages: Delivered[] = []
let signalChanged: () => void = () => undefined
const framed = window.parent !== window

const report = () => bridge.report(PHONE, {
  openid: mockState.openid, consent: mockState.consent, signal: mockState.signal, pay: mockState.pay,
  held: mockState.held, messages,
})

/** Another person takes this phone: everything of the one before is forgotten. */
function become(openid: string): void {
  storage.clear(MOCK_KEYS)
  mockState.openid = openid
  saveMock()
  window.location.hash = ''
  window.location.reload()
}

/** WeChat's notifications to the server are held back, or all let go. */
async function hold(held: boolean): Promise<void> {
  mockState.held = held
  await control('/pay/policy', { is_holding: held })
  if (!held) await control('/pay/notifications/release', {})
}

function obey(command: Command): void {
  if (command.what === 'be') return become(command.openid)
  if (command.what === 'scan') goTo(`/pages/resident/index?scene=${encodeURIComponent(command.scene)}`, { fresh: true })
  if (command.what === 'open') goTo(command.page)
  if (command.what === 'consent') mockState.consent = command.mode
  if (command.what === 'signal') mockState.signal = command.on
  if (command.what === 'pay') mockState.pay = command.mode
  if (command.what === 'notices') void hold(command.held)
  saveMock()
  signalChanged()
  if (command.what === 'hello') report()
}

function readable(m: MockMessage): Delivered {
  const values = Object.values(m.data ?? {}).map(v => (typeof v === 'string' ? v : v.value))
  const [title, ...rest] = m.title ? [m.title, ...values] : values
  return { id: m.id, title: title ?? '服务通知', text: rest.join(' · '), page: m.page ?? '', at: clockTime(m.at * 1000) }
}

function banner(m: Delivered): void {
  styled()
  const node = h('div.lk.lk-banner', { 'data-testid': 'wx-banner', role: 'status' },
    h('small', {}, h('span', {}, '微信 · 服务通知'), h('span', {}, m.at)), h('b', {}, m.title), h('span', {}, m.text))
  node.addEventListener('click', () => { node.remove(); if (m.page) goTo(m.page) })
  document.body.append(node)
  setTimeout(() => node.remove(), BANNER)
}

async function poll(): Promise<void> {
  if (!mockState.openid || !mockState.signal || document.hidden) return
  const after = storage.get<number>('mock.after')
  const query = `openid=${encodeURIComponent(mockState.openid)}&after=${after ?? 0}`
  const answer = await fetch(`${mockState.url}/control/messages?${query}`)
  const body = (await answer.json()) as MockMessage[] | { items: MockMessage[] }
  const fresh = rows(body as MockMessage[]).map(readable)
  storage.set('mock.after', Math.max(after ?? 0, ...fresh.map(m => m.id)))
  if (!fresh.length) return
  messages = [...fresh.reverse(), ...messages].slice(0, KEPT)
  if (after !== null) banner(messages[0]) // what came before this phone was opened is only listed
  report()
}

/** Opens the drawer: the frame's, or one of our own when the phone stands alone. */
export async function openDrawer(): Promise<void> {
  if (framed) return bridge.wantDrawer(PHONE)
  const [{ mountDrawer }, people, codes] = await Promise.all([
    import('./drawer'), demo.people().then(rows).catch(() => []), demo.codes().then(rows).catch(() => []),
  ])
  const host = h('div')
  const closed = sheet(close => [
    h('h2', {}, '演示手机'), host,
    h('div.lk-row', {}, h('button', { onclick: () => close(null) }, '收起')),
  ], 'drawer')
  mountDrawer(host, { phone: PHONE, window: () => window, people, codes })
  await closed
}

export function startDemo(onSignal: () => void): void {
  signalChanged = onSignal
  bridge.onCommand(PHONE, obey)
  watch(mockState, report, { immediate: true })
  setInterval(() => { poll().catch(() => undefined) }, POLL) // the mock being away is no news
}
