/** Three phones beside each other (one at a time on a narrow screen), each with the drawer of the mock. */
import type { SampleCode, SamplePerson } from '../api/types'
import { bridge } from './bridge'
import { h } from './dom'
import { mountDrawer } from './drawer'
import './frame.css'

const PHONES = [
  { key: 'resident', name: '居民的手机' },
  { key: 'worker', name: '社区工作者的手机' },
  { key: 'property', name: '物业的手机' },
]

async function rows<T>(path: string): Promise<T[]> {
  const answer = await fetch(`/api/v1${path}`)
  if (!answer.ok) return []
  const body = (await answer.json()) as T[] | { items: T[] }
  return Array.isArray(body) ? body : body.items
}

const clock = () => new Intl.DateTimeFormat('zh-CN', { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Shanghai' }).format(new Date())

function phone(key: string, name: string, people: SamplePerson[], codes: SampleCode[]) {
  const address = `./?phone=${key}`
  const screen = h('iframe', { src: address, title: name, allow: 'microphone; camera; geolocation' }) as HTMLIFrameElement
  const time = h('span', {}, clock())
  setInterval(() => { time.textContent = clock() }, 10_000)
  const signal = h('span', {}, '5G')
  bridge.onState(key, state => { signal.textContent = state.signal ? '5G' : '无信号' })
  const host = h('div')
  const drawer = h('details', { 'data-testid': `drawer-${key}` }, h('summary', {}, '演示抽屉：身份 · 扫码 · 支付 · 信号'), host) as HTMLDetailsElement
  const node = h('section.phone', { id: `phone-${key}` },
    h('h2', {}, name, h('a', { href: address, target: '_blank' }, '单独打开')),
    h('div.shell', {}, h('div.bar', {}, time, signal), screen),
    drawer)
  mountDrawer(host, { phone: key, window: () => screen.contentWindow, people, codes })
  return { node, drawer, screen }
}

async function start(): Promise<void> {
  const [people, codes] = await Promise.all([rows<SamplePerson>('/demo/people?limit=120'), rows<SampleCode>('/demo/codes')])
  const phones = PHONES.map(p => ({ ...p, ...phone(p.key, p.name, people, codes) }))
  const tabs = phones.map(p => h('button', { onclick: () => pick(p.key) }, p.name.replace('的手机', '')))
  function pick(key: string) {
    phones.forEach((p, i) => {
      p.node.classList.toggle('on', p.key === key)
      tabs[i].setAttribute('aria-pressed', String(p.key === key))
    })
  }
  bridge.onWantDrawer(key => {
    const wanted = phones.find(p => p.key === key)
    if (!wanted) return
    wanted.drawer.open = !wanted.drawer.open
    if (wanted.drawer.open) wanted.drawer.scrollIntoView({ behavior: 'smooth', block: 'nearest' })
  })
  document.getElementById('frame')!.append(
    h('header', {}, h('h1', {}, '邻里 · 智慧社区'), h('p', {}, '三部手机，一座示例城市。每部手机下面的抽屉可以换人、扫码、决定付不付、关信号。')),
    h('nav', {}, ...tabs),
    h('main.phones', {}, ...phones.map(p => p.node)))
  pick('resident')
}

void start()
