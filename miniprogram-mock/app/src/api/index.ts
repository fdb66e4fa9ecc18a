/** Every call the phones make, by room. Pages import this and nothing of client.ts. */
import { client } from './client'
import { stamp } from './clocks'
import type {
  Area, Consent, Day, DeskFilter, Device, Dwelling, Handlers, Home, InboxMessage, Kind, KindKey, Login, Me, MyDwelling, NewOrder,
  OrderCard, OrderDetail, Page, Preview, Privacy, Reading, SampleCode, SamplePerson, ScannedCode, StoredFile, Subscription, Theme,
} from './types'

export { absolute, newKey } from './client'
export { left, stamp } from './clocks'
export { ApiError, explain, fieldError } from './problem'
export * from './points'
export * from './shops'
export type * from './types'

type Cursor = string | null | undefined

export const identity = {
  login: (code: string, device: string) => client.post<Login>('/auth/wechat', { code, device }, { anonymous: true }),
  me: () => client.get<Me>('/me'),
  change: (changes: { nickname?: string; avatar_id?: number; settings?: { large_type?: boolean; theme?: Theme } }) =>
    client.patch<Me>('/me', changes),
  phone: (code: string) => client.post<Me>('/me/phone', { code }),
  devices: () => client.get<Page<Device> | Device[]>('/me/sessions'),
  revoke: (id: number) => client.delete<void>(`/me/sessions/${id}`),
  export: () => client.get<Record<string, unknown>>('/me/export'),
  privacy: () => client.get<Privacy>('/me/privacy'),
  erase: (confirm: string) => client.post<void>('/me/erase', { confirm }),
}

export const areas = {
  children: (parent_id?: number, q?: string, level?: string) =>
    client.get<Page<Area> | Area[]>('/areas', { parent_id, q, level, limit: 100 }),
  get: (id: number) => client.get<Area>(`/areas/${id}`),
  dwellings: (id: number) => client.get<Page<Dwelling> | Dwelling[]>(`/areas/${id}/dwellings`, { limit: 100 }),
  scan: (scene: string) => client.post<ScannedCode>('/codes/scan', { scene }, { anonymous: true }),
}

export const residents = {
  dwellings: () => client.get<Page<MyDwelling> | MyDwelling[]>('/me/dwellings'),
  bind: (binding: { dwelling_id: number; relation: string; name: string; id_number?: string }, key?: string) =>
    client.post<{ id: number }>('/residents/bindings', binding, { key }),
  readings: (cursor?: Cursor) => client.get<Page<Reading>>('/me/readings', { cursor, limit: 20 }),
  end: (binding_id: number) => client.post<void>(`/residents/bindings/${binding_id}/end`),
}

export const files = {
  upload: (path: string, purpose: 'order' | 'avatar', key: string, onProgress?: (percent: number) => void) =>
    client.upload<StoredFile>('/files', path, { purpose, key, onProgress }),
}

export const notify = {
  inbox: (cursor?: Cursor) => client.get<Page<InboxMessage>>('/inbox', { cursor, limit: 20 }),
  unread: () => client.get<{ count: number }>('/inbox/unread'),
  read: (id: number) => client.post<void>(`/inbox/${id}/read`),
  readAll: () => client.post<void>('/inbox/read-all'),
  subscriptions: (scene: 'report' | 'take' | 'pay' | 'fees' | 'purchase' | 'fair' | 'booking' | 'points' | 'mall' | 'wish' | 'wish_claim' | 'mending') => client.get<Page<Subscription> | Subscription[]>('/subscriptions', { scene }),
  consent: (results: Record<string, Consent>) => client.post<void>('/subscriptions', { results }),
}

export const home = { get: (area_id: number) => client.get<Home>('/home', { area_id }).then(a => stamp(a)) }

/** Fields a move may carry; `version` makes a stale page a 409 instead of a surprise. */
export type MoveBody = Record<string, unknown> & { version?: number }

export const orders = {
  kinds: () => client.get<Page<Kind> | Kind[]>('/orders/kinds'),
  preview: (text: string, kind?: KindKey) => client.post<Preview>('/orders/preview', { text, kind }),
  report: (order: NewOrder, key: string) => client.post<OrderDetail>('/orders', order, { key }).then(a => stamp(a)),
  mine: (state: 'open' | 'done', cursor?: Cursor) => client.get<Page<OrderCard>>('/orders/mine', { state, cursor, limit: 20 }).then(a => stamp(a)),
  pool: (cursor?: Cursor) => client.get<Page<OrderCard>>('/orders/pool', { cursor, limit: 20 }).then(a => stamp(a)),
  doing: () => client.get<Page<OrderCard>>('/orders/doing').then(a => stamp(a)),
  day: () => client.get<Day>('/orders/day').then(a => stamp(a)),
  desk: (filter: DeskFilter, cursor?: Cursor) => client.get<Page<OrderCard>>('/orders/desk', { ...filter, cursor, limit: 20 }).then(a => stamp(a)),
  /** whom to call, in plain; the person reads that I looked */
  reveal: (id: number) => client.post<{ name: string; phone: string }>(`/orders/${id}/reveal`),
  handlers: (id: number) => client.get<Handlers>(`/orders/${id}/handlers`),
  get: (id: number) => client.get<OrderDetail>(`/orders/${id}`).then(a => stamp(a)),
  move: (id: number, move: string, body: MoveBody = {}, key?: string) =>
    client.post<OrderDetail>(`/orders/${id}/${move}`, body, { key }).then(a => stamp(a)),
  draft: () => client.get<Partial<NewOrder> | null>('/orders/draft'),
  saveDraft: (draft: object) => client.put<void>('/orders/draft', draft),
  dropDraft: () => client.delete<void>('/orders/draft'),
}

export const demo = {
  info: () => client.get<{ wechat_mock_url: string }>('/demo/info'),
  people: () => client.get<Page<SamplePerson> | SamplePerson[]>('/demo/people', { limit: 120 }),
  codes: () => client.get<Page<SampleCode> | SampleCode[]>('/demo/codes'),
}

/** Some lists come whole, some in pages: the rows either way. */
export function rows<T>(answer: Page<T> | T[]): T[] {
  return Array.isArray(answer) ? answer : answer.items
}
