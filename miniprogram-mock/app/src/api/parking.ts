/** Calls of vehicles, parking and moving cars, with what they answer. Amounts are fen. */
import { client } from './client'
import type { LedgerEntry, OrderFile, Page } from './types'

type Cursor = string | null | undefined

export interface Contact { user_id: number; name: string; rank: number; is_me: boolean }
export interface Vehicle {
  id: number; plate: string; plate_kind: string; plate_kind_name: string; description: string
  dwelling_id: number; compound_id: number | null; place: string
  status: 'pending' | 'confirmed' | 'refused' | 'ended'; status_name: string; reason: string
  has_code: boolean; is_owner: boolean; contacts: Contact[]; created_at: string; moves: string[]; version: number
}
export interface Tariff {
  free_minutes: number; step_minutes: number; step_price: number; day_cap: number | null
  night: { begins: number; ends: number; step_price: number; cap: number | null } | null
}
export interface Lot {
  id: number; area_id: number; area_name: string; name: string; unit_name: string; capacity: number; month_price: number
  tariff: Tariff; tariff_words: string[]; takes_strangers: boolean; visitor_quota: number; visitor_hours: number
  leave_minutes: number; is_active: boolean; version: number
}
export interface Term { months: number; amount: number; status: string; status_name: string; payment_id: number | null; begins_at: string | null; ends_at: string | null }
export interface Pass {
  id: number; lot_id: number; lot_name: string; vehicle_id: number; plate: string; space_number: string | null; month_price: number
  status: 'pending' | 'active' | 'expired' | 'cancelled' | 'ended'; status_name: string
  valid_from: string | null; valid_until: string | null; terms: Term[]; moves: string[]; version: number
}
export interface Visit {
  id: number; lot_id: number; lot_name: string; code: string; plate: string | null; remark: string
  valid_from: string; valid_until: string; status: 'issued' | 'used' | 'cancelled'; status_name: string; is_over: boolean; moves: string[]
}
export interface Invitation { lot_name: string; place: string; plate: string | null; valid_from: string; valid_until: string; is_good: boolean }
export interface Balance {
  vehicle_id: number; balance: number; agreement: { most_per_stay: number; agreed_at: string; is_mine: boolean } | null
  terms: string; text: string
}
export interface Stay {
  id: number; lot_id: number; lot_name: string; plate: string | null; phase: 'inside' | 'left' | 'lost' | 'unmatched'; phase_name: string
  entered_at: string | null; left_at: string | null; minutes: number | null; covered_by: string
  fee: number; paid: number; waived: number; owed: number; paid_until: string | null; ticket: string | null
}
export interface Quote {
  lot_name: string; entered_at: string; minutes: number; amount: number; covered_by: string; paid: number
  paid_until: string | null; ticket: string
}
export interface Occupancy { lot_id: number; capacity: number; inside: number; free: number }
export interface LotCard { lot: Lot; occupancy: Occupancy; visits: { lot_id: number; quota: number; used: number } | null; dwelling_id: number | null }
export interface Car { vehicle: Vehicle; passes: Pass[]; balance: Balance | null; stay: Stay | null }
export interface Overview { cars: Car[]; lots: LotCard[] }
export interface Gate {
  id: number; lot_id: number; key: string; name: string; direction: 'in' | 'out'; direction_name: string
  is_active: boolean; is_online: boolean; seen_at: string | null; skew_seconds: number; last_sequence: number
}
export interface Decision { action: 'open' | 'pay' | 'refuse'; reason: string; words: string; amount: number }
export interface GateEvent {
  id: number; gate_name: string; direction: 'in' | 'out'; direction_name: string; kind: 'ask' | 'pass'; kind_name: string
  plate: string | null; at: string; received_at: string; is_offline: boolean; corrections: number; decision: Decision | null
}
export interface Opening { id: number; gate_name: string; made_by: string; grounds: string; photo: OrderFile | null; made_at: string; fetched_at: string | null }
/** What is to be paid; the pay page of the app takes its id. */
export interface Payment { id: number; status: string; amount: number }

export interface MoveRequest {
  id: number; plate: string | null; by_code: boolean; reason: string; reason_name: string; place: string; photos: OrderFile[]
  status: string; status_name: string; reply: string | null; reply_name: string | null; promised_until: string | null
  order_status: string | null; asked_at: string; next_at: string | null; steps: { text: string; at: string }[]; moves: string[]
}
export interface MoveAsked {
  id: number; plate: string; reason: string; reason_name: string; place: string; photos: OrderFile[]
  status: string; status_name: string; reply: string | null; asked_at: string; is_complained: boolean; ruling: string | null; moves: string[]
}
export interface NewMove { plate?: string; code?: string; reason: string; place: { area_id?: number; text?: string }; file_ids: number[] }

export const vehicles = {
  listed: (status: string | null, cursor?: Cursor) => client.get<Page<Vehicle>>('/vehicles', { status, cursor, limit: 20 }),
  register: (body: { plate: string; dwelling_id: number; description: string }, key?: string) => client.post<Vehicle>('/vehicles', body, { key }),
  move: (id: number, move: 'confirm' | 'refuse' | 'end', body: object = {}) => client.post<Vehicle>(`/vehicles/${id}/${move}`, body),
  code: (id: number) => client.post<Vehicle>(`/vehicles/${id}/code`),
  card: (id: number) => client.download(`/vehicles/${id}/card`),
  invite: (id: number) => client.post<{ code: string; expires_at: string }>(`/vehicles/${id}/invite`),
  join: (code: string) => client.post<Vehicle>('/vehicles/join', { code }),
  rank: (id: number, user_ids: number[]) => client.put<Vehicle>(`/vehicles/${id}/contacts`, { user_ids }),
  leave: (id: number) => client.post<void>(`/vehicles/${id}/leave`),
}

export const parking = {
  overview: () => client.get<Overview>('/parking/overview'),
  occupancy: () => client.get<Page<Occupancy>>('/parking/occupancy').then(page => page.items),
  lots: (area_id?: number) => client.get<Page<Lot>>('/parking/lots', { area_id, limit: 100 }),
  changeLot: (id: number, body: object) => client.patch<Lot>(`/parking/lots/${id}`, body),
  buy: (body: { lot_id: number; vehicle_id: number; months: number }, key?: string) => client.post<Payment>('/parking/passes', body, { key }),
  renew: (id: number, months: number, key?: string) => client.post<Payment>(`/parking/passes/${id}/renew`, { months }, { key }),
  passes: (lot_id: number, cursor?: Cursor) => client.get<Page<Pass>>('/parking/passes', { lot_id, cursor, limit: 20 }),
  endPass: (id: number, reason: string, version: number) => client.post<Pass>(`/parking/passes/${id}/end`, { reason, version }),
  visits: (cursor?: Cursor) => client.get<Page<Visit>>('/parking/visits/mine', { cursor, limit: 20 }),
  invite: (body: object, key?: string) => client.post<Visit>('/parking/visits', body, { key }),
  cancelVisit: (id: number) => client.post<Visit>(`/parking/visits/${id}/cancel`),
  invitation: (code: string) => client.get<Invitation>('/parking/visits/by-code', { code }),
  redeem: (code: string, plate: string) => client.post<Invitation>('/parking/visits/redeem', { code, plate }),
  agree: (vehicle_id: number, terms: string, most_per_stay: number) =>
    client.post<Balance>('/parking/agreements', { vehicle_id, terms, most_per_stay, is_agreed: true }),
  revoke: (vehicle_id: number) => client.post<Balance>(`/parking/vehicles/${vehicle_id}/revoke`),
  statement: (vehicle_id: number, cursor?: Cursor) => client.get<Page<LedgerEntry>>(`/parking/vehicles/${vehicle_id}/statement`, { cursor, limit: 20 }),
  topUp: (vehicle_id: number, lot_id: number, amount: number, key?: string) =>
    client.post<Payment>(`/parking/vehicles/${vehicle_id}/top-up`, { lot_id, amount }, { key }),
  myStays: (cursor?: Cursor) => client.get<Page<Stay>>('/parking/stays/mine', { cursor, limit: 20 }),
  stays: (query: { lot_id: number; phase?: string; is_owed?: boolean; plate?: string }, cursor?: Cursor) =>
    client.get<Page<Stay>>('/parking/stays', { ...query, cursor, limit: 20 }),
  quote: (lot_id: number, plate: string) => client.post<Quote>('/parking/quotes', { lot_id, plate }),
  quoteAtGate: (key: string) => client.get<Quote>(`/parking/gates/${key}/quote`),
  pay: (ticket: string, key?: string) => client.post<Payment>('/parking/stays/pay', { ticket }, { key }),
  waive: (id: number, reason: string) => client.post<Stay>(`/parking/stays/${id}/waive`, { reason }),
  gates: () => client.get<Page<Gate>>('/parking/gates', { limit: 100 }),
  open: (id: number, grounds: string, file_id: number, key?: string) => client.post<Opening>(`/parking/gates/${id}/open`, { grounds, file_id }, { key }),
  events: (lot_id: number, cursor?: Cursor) => client.get<Page<GateEvent>>('/parking/events', { lot_id, cursor, limit: 20 }),
  correct: (id: number, plate: string, reason: string) => client.post<GateEvent>(`/parking/events/${id}/correct`, { plate, reason }),
  openings: (cursor?: Cursor) => client.get<Page<Opening>>('/parking/openings', { cursor, limit: 20 }),
}

export const moveCar = {
  ask: (body: NewMove, key?: string) => client.post<MoveRequest>('/move-car', body, { key }),
  mine: (cursor?: Cursor) => client.get<Page<MoveRequest>>('/move-car/mine', { cursor, limit: 20 }),
  get: (id: number) => client.get<MoveRequest>(`/move-car/${id}`),
  move: (id: number, move: string) => client.post<MoveRequest>(`/move-car/${id}/${move}`),
  asked: (id: number) => client.get<MoveAsked>(`/move-car/${id}/asked`),
  answer: (id: number, reply: string) => client.post<MoveAsked>(`/move-car/${id}/answer`, { reply }),
  complain: (id: number, reason: string) => client.post<MoveAsked>(`/move-car/${id}/complain`, { reason }),
}

/** 1234 → 12.34 */
export const yuan = (fen: number) => (fen / 100).toFixed(2)

/** Where every payment is made. */
export const payPage = (payment: Payment) => `/pages/pay/index?id=${payment.id}`
