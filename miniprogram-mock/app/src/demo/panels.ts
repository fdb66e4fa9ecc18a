/** What WeChat itself would show over the mini-program, one question each. Null: the person said no. */
import type { SampleCode } from '../api'
import type { NamedPoint, Point } from '../platform/types'
import { appLine, h, sheet } from './dom'

/** Which of the templates are allowed. */
export async function askSubscribe(templates: { id: string; title: string }[]): Promise<string[]> {
  const boxes = templates.map(t => h('input', { type: 'checkbox', checked: true, value: t.id }) as HTMLInputElement)
  const answer = await sheet<string[]>(close => [
    appLine('申请'),
    h('h2', {}, '给你发送以下消息'),
    h('p', {}, '每次允许，可以收到一条'),
    ...templates.map((t, i) => h('label.check', {}, boxes[i], t.title)),
    h('div.lk-row', {},
      h('button', { 'data-testid': 'wx-refuse', onclick: () => close([]) }, '取消'),
      h('button.primary', {
        'data-testid': 'wx-allow',
        onclick: () => close(boxes.filter(b => b.checked).map(b => b.value)),
      }, '允许')),
  ], 'wx-subscribe')
  return answer ?? []
}

/** A stable sample number for a person of the mock. */
function sampleNumber(openid: string): string {
  let n = 7
  for (const letter of openid) n = (n * 31 + letter.charCodeAt(0)) % 100_000_000
  return `139${String(n).padStart(8, '0')}`
}

export function askPhone(openid: string): Promise<string | null> {
  const input = h('input', { type: 'tel', value: sampleNumber(openid), maxlength: 11, 'aria-label': '手机号' }) as HTMLInputElement
  return sheet<string>(close => [
    appLine('申请'),
    h('h2', {}, '获取你的手机号'),
    h('p', {}, '演示：这是微信绑定的号码，可以改'),
    input,
    h('div.lk-row', {},
      h('button', { 'data-testid': 'wx-refuse', onclick: () => close(null) }, '不允许'),
      h('button.primary', { 'data-testid': 'wx-allow', onclick: () => close(input.value.trim() || null) }, '允许')),
  ], 'wx-phone')
}

export function askScan(codes: SampleCode[]): Promise<string | null> {
  return sheet<string>(close => [
    h('h2', {}, '扫一扫'),
    h('p', {}, '演示：选一张要扫的码'),
    ...codes.map(c => h('button.line', { 'data-testid': 'wx-code', onclick: () => close(c.scene) }, c.label)),
    codes.length ? null : h('p', {}, '还没有可扫的码'),
  ], 'wx-scan')
}

const ROADS = '<g stroke="#fff" stroke-width="7" fill="none"><path d="M0 40H160M0 78h160M38 0v100M100 0v100M0 8l60 92"/></g>'
  + '<g fill="#d5dfd0"><rect x="46" y="8" width="22" height="24" rx="2"/><rect x="74" y="8" width="18" height="24" rx="2"/>'
  + '<rect x="108" y="10" width="44" height="22" rx="2"/><rect x="108" y="47" width="20" height="24" rx="2"/></g>'
  + '<rect x="50" y="48" width="40" height="23" rx="8" fill="#bfdcb8"/><path d="M132 47h28v24h-20z" fill="#b9d7e6"/>'
const PIN = '<svg viewBox="0 0 24 24" width="34" height="34"><path d="M12 22s7-6.7 7-12.5a7 7 0 0 0-14 0C5 15.3 12 22 12 22z" fill="#d93025"/><circle cx="12" cy="9.5" r="2.6" fill="#fff"/></svg>'
const SPAN = { latitude: .006, longitude: .012 } // what the little map covers, degrees
const exact = (degrees: number) => Math.round(degrees * 1e6) / 1e6

export function askPoint(near: Point): Promise<NamedPoint | null> {
  const at = { x: .5, y: .5 }
  const pin = h('span.lk-pin')
  pin.innerHTML = PIN
  const place = () => { pin.style.left = `${at.x * 100}%`; pin.style.top = `${at.y * 100}%` }
  const name = h('input', { type: 'text', value: '小区花园东侧', 'aria-label': '这里是哪里' }) as HTMLInputElement
  const map = h('div.lk-map', {
    'data-testid': 'wx-map',
    onclick: (event: Event) => {
      const box = map.getBoundingClientRect(), e = event as MouseEvent
      at.x = (e.clientX - box.left) / box.width
      at.y = (e.clientY - box.top) / box.height
      place()
    },
  })
  map.innerHTML = `<svg viewBox="0 0 160 100" preserveAspectRatio="none">${ROADS}</svg>`
  map.append(pin)
  place()
  return sheet<NamedPoint>(close => [
    h('h2', {}, '选择位置'),
    h('p', {}, '演示：点一下示意图'),
    map,
    h('h3', {}, '这里是'),
    name,
    h('div.lk-row', {},
      h('button', { onclick: () => close(null) }, '取消'),
      h('button.primary', {
        'data-testid': 'wx-allow',
        onclick: () => close({
          name: name.value.trim() || '地图上的位置',
          latitude: exact(near.latitude + (.5 - at.y) * SPAN.latitude),
          longitude: exact(near.longitude + (at.x - .5) * SPAN.longitude),
        }),
      }, '确定')),
  ], 'wx-point')
}

/** A call as the phone would make it; false when it was not made. */
export async function askCall(phone: string): Promise<boolean> {
  return await sheet<boolean>(close => [
    h('h2', {}, `呼叫 ${phone}`),
    h('p', {}, '演示：不会真的拨出'),
    h('div.lk-row', {},
      h('button', { 'data-testid': 'call-no', onclick: () => close(false) }, '取消'),
      h('button.primary', { 'data-testid': 'call-yes', onclick: () => close(true) }, '拨打并通话')),
  ], 'call') ?? false
}
