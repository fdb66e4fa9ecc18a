/**
 * The words between a phone and its drawer (postMessage, same origin only). The drawer sits in the
 * frame beside the phone, or in the phone's own page when that was opened alone.
 */
import type { ConsentMode, PayMode } from './state'

export interface Delivered { id: number; title: string; text: string; page: string; at: string }

export type Command =
  | { what: 'hello' }
  | { what: 'be'; openid: string }
  | { what: 'scan'; scene: string }
  | { what: 'consent'; mode: ConsentMode }
  | { what: 'signal'; on: boolean }
  | { what: 'pay'; mode: PayMode }
  | { what: 'notices'; held: boolean }
  | { what: 'open'; page: string }

export interface PhoneState {
  openid: string
  consent: ConsentMode
  signal: boolean
  pay: PayMode
  held: boolean
  messages: Delivered[]
}

interface ToPhone { linli: 'do'; phone: string; command: Command }
interface FromPhone { linli: 'is'; phone: string; state: PhoneState }
interface WantDrawer { linli: 'drawer'; phone: string }
type Envelope = ToPhone | FromPhone | WantDrawer

function listen(handle: (data: Envelope) => void): () => void {
  const onMessage = (event: MessageEvent) => {
    const data = event.data as Envelope | null
    if (event.origin === window.location.origin && data && typeof data === 'object' && 'linli' in data) handle(data)
  }
  window.addEventListener('message', onMessage)
  return () => window.removeEventListener('message', onMessage)
}

const post = (to: Window, message: Envelope) =>
  to.postMessage(JSON.parse(JSON.stringify(message)), window.location.origin)

export const bridge = {
  tell: (to: Window, phone: string, command: Command) => post(to, { linli: 'do', phone, command }),
  report: (phone: string, state: PhoneState) => post(window.parent, { linli: 'is', phone, state }),
  wantDrawer: (phone: string) => post(window.parent, { linli: 'drawer', phone }),
  onCommand: (phone: string, handle: (command: Command) => void) =>
    listen(data => data.linli === 'do' && data.phone === phone && handle(data.command)),
  onState: (phone: string, handle: (state: PhoneState) => void) =>
    listen(data => data.linli === 'is' && data.phone === phone && handle(data.state)),
  onWantDrawer: (handle: (phone: string) => void) => listen(data => data.linli === 'drawer' && handle(data.phone)),
}
