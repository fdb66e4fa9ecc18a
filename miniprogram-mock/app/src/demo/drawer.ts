/** The drawer of the mock for one phone: who am I, what do I scan, consent, signal, messages. */
import type { SampleCode, SamplePerson } from '../api/types'
import { bridge, type Command, type PhoneState } from './bridge'
import { h, styled } from './dom'
import type { ConsentMode, PayMode } from './state'

export interface DrawerWants {
  phone: string
  /** The window the phone runs in. */
  window: () => Window | null
  people: SamplePerson[]
  codes: SampleCode[]
}

const MODES: [ConsentMode, string][] = [['ask', '每次询问'], ['always', '总是允许'], ['never', '总是拒绝']]
const PAYS: [PayMode, string][] = [['ask', '每次询问'], ['pay', '总是支付'], ['cancel', '取消'], ['fail', '失败']]

/** Fills `host`; lives as long as the page. */
export function mountDrawer(host: HTMLElement, wants: DrawerWants): void {
  styled()
  const tell = (command: Command) => {
    const target = wants.window()
    if (target) bridge.tell(target, wants.phone, command)
  }
  const who = whoSelect(wants.people, openid => tell({ what: 'be', openid }))
  const scan = scanRow(wants.codes, scene => tell({ what: 'scan', scene }))
  const modes = MODES.map(([mode, label]) =>
    h('button', { type: 'button', 'data-testid': `consent-${mode}`, onclick: () => tell({ what: 'consent', mode }) }, label))
  const pays = PAYS.map(([mode, label]) =>
    h('button', { type: 'button', 'data-testid': `pay-${mode}`, onclick: () => tell({ what: 'pay', mode }) }, label))
  const held = h('input', {
    type: 'checkbox',
    'data-testid': 'notices-held',
    onchange: (e: Event) => tell({ what: 'notices', held: (e.target as HTMLInputElement).checked }),
  }) as HTMLInputElement
  const signal = h('input', {
    type: 'checkbox',
    'data-testid': 'signal',
    onchange: (e: Event) => tell({ what: 'signal', on: (e.target as HTMLInputElement).checked }),
  }) as HTMLInputElement
  const messages = h('div')

  host.classList.add('lk')
  host.append(
    h('h3', {}, '我是谁'), who,
    h('h3', {}, '扫码进入'), scan,
    h('h3', {}, '订阅消息'), h('div.lk-seg', {}, ...modes),
    h('h3', {}, '微信支付'), h('div.lk-seg', {}, ...pays),
    h('label.check', {}, held, '扣住支付通知（松开时全部补送）'),
    h('h3', {}, '网络'), h('label.check', {}, signal, '有信号'),
    h('h3', {}, '微信送达的消息'), messages,
  )
  bridge.onState(wants.phone, state => show(state, { who, modes, pays, held, signal, messages, tell }))
  tell({ what: 'hello' })
}

function whoSelect(people: SamplePerson[], pick: (openid: string) => void): HTMLSelectElement {
  const select = h('select', { 'data-testid': 'who', 'aria-label': '我是谁' }) as HTMLSelectElement
  const roles = [...new Set(people.map(p => p.role_name))]
  for (const role of roles) {
    select.append(h('optgroup', { label: role }, ...people.filter(p => p.role_name === role).map(p =>
      h('option', { value: p.openid }, `${p.name} · ${role} · ${p.area_name}`))))
  }
  select.append(h('optgroup', { label: '其他' }, h('option', { value: 'new' }, '第一次来的人')))
  select.addEventListener('change', () =>
    pick(select.value === 'new' ? `o-guest-${Math.random().toString(36).slice(2, 12)}` : select.value))
  return select
}

function scanRow(codes: SampleCode[], go: (scene: string) => void): HTMLElement {
  const select = h('select', { 'data-testid': 'code', 'aria-label': '要扫的码' },
    ...codes.map(c => h('option', { value: c.scene }, c.label))) as HTMLSelectElement
  const button = h('button', { 'data-testid': 'scan', onclick: () => select.value && go(select.value) }, '扫一扫')
  button.style.flex = 'none'
  const row = h('div.lk-row', {}, select, button)
  row.style.marginTop = '0'
  return row
}

interface Parts {
  who: HTMLSelectElement
  modes: HTMLElement[]
  pays: HTMLElement[]
  held: HTMLInputElement
  signal: HTMLInputElement
  messages: HTMLElement
  tell: (command: Command) => void
}

function show(state: PhoneState, parts: Parts): void {
  const known = [...parts.who.options].some(o => o.value === state.openid)
  parts.who.value = known ? state.openid : 'new'
  parts.modes.forEach((button, i) => button.setAttribute('aria-pressed', String(MODES[i][0] === state.consent)))
  parts.pays.forEach((button, i) => button.setAttribute('aria-pressed', String(PAYS[i][0] === state.pay)))
  parts.held.checked = state.held
  parts.signal.checked = state.signal
  parts.messages.replaceChildren(...(state.messages.length
    ? state.messages.map(m => h('div.lk-msg', { onclick: () => parts.tell({ what: 'open', page: m.page }) },
      h('b', {}, m.title), m.text, h('br'), h('small', {}, m.at)))
    : [h('p', {}, '还没有')]))
}
