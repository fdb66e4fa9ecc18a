/** Points, awards, the rules of rewards, the points mall: shapes and calls. Amounts are points. */
import { client } from './client'
import type { Picture } from './shops'
import type { LedgerEntry, Page } from './types'

type Cursor = string | null | undefined
export type Direction = 'give' | 'deposit' | 'withdraw'

export interface Terms { valid_months: number; earn_daily: number; partner_monthly: number; transfer_daily: number }
export interface Family { dwelling_id: number; place: string; balance: number; members: { user_id: number; name: string }[] }
export interface Points {
  balance: number
  reserved: number
  owed: number
  endings: { at: string; amount: number }[]
  soon: number
  passed_on_today: number
  families: Family[]
  terms: Terms
}
export interface Policy extends Terms { area_id: number; is_own: boolean; version: number }
export interface Economy { area_id: number; issued: number; pool: number; proof: { day: string; at: string; entries: number; in_hands: number; faults: string[] } | null }

export type AwardStatus = 'granted' | 'held' | 'refused' | 'rejected' | 'reversed'
export interface MyAward { id: number; title: string; asked: number; amount: number; status: AwardStatus; status_name: string; reasons: string[]; grounds: string; created_at: string }
export interface Award extends MyAward { person: string; partner: string; place: string; ruled_by_name: string; ruled_at: string | null; owed: number; moves: string[]; version: number }

export interface Reward { kind: string; title: string; per: string; amount: number; daily: number; monthly: number; is_on: boolean; is_own: boolean; version: number }
export interface RewardChange { id: number; title: string; place: string; before: Reward; after: Reward; grounds: string; changed_by_name: string; at: string }

export const points = {
  mine: () => client.get<Points>('/points'),
  statement: (cursor?: Cursor) => client.get<Page<LedgerEntry>>('/points/statement', { cursor, limit: 20 }),
  family: (dwelling_id: number, cursor?: Cursor) => client.get<Page<LedgerEntry>>(`/points/families/${dwelling_id}/statement`, { cursor, limit: 20 }),
  transfer: (body: { dwelling_id: number; direction: Direction; amount: number; to_user_id?: number }, key: string) => client.post<Points>('/points/transfers', body, { key }),
  policy: (area_id: number) => client.get<Policy>(`/points/policies/${area_id}`),
  setPolicy: (area_id: number, body: Terms & { version?: number }) => client.put<Policy>(`/points/policies/${area_id}`, body),
  economy: (area_id: number) => client.get<Economy>(`/points/communities/${area_id}`),
}

export const awards = {
  mine: (cursor?: Cursor) => client.get<Page<MyAward>>('/awards/mine', { cursor, limit: 20 }),
  list: (status?: AwardStatus, cursor?: Cursor) => client.get<Page<Award>>('/awards', { status, cursor, limit: 20 }),
  rule: (id: number, move: string, grounds: string, version: number) => client.post<Award>(`/awards/${id}/${move}`, { grounds, version }),
}

export const rewards = {
  mine: () => client.get<{ items: Reward[] }>('/rewards'),
  of: (area_id: number) => client.get<{ items: Reward[] }>(`/rewards/areas/${area_id}`),
  set: (area_id: number, kind: string, body: object) => client.put<Reward>(`/rewards/areas/${area_id}/${kind}`, body),
  changes: (area_id: number, cursor?: Cursor) => client.get<Page<RewardChange>>('/rewards/changes', { area_id, cursor, limit: 20 }),
}

// -- the mall --------------------------------------------------------------------------------------

export type MallSpan = 'day' | 'month' | 'year' | 'ever'
export interface MallGood {
  id: number
  area_id: number
  name: string
  about: string
  kind: 'thing' | 'service'
  kind_name: string
  price: number
  per_person: number | null
  span: MallSpan
  span_name: string
  pickup_days: number
  pictures: Picture[]
  is_on: boolean
  sort: number
  redeemed: number
  left: number
  version: number
}
export interface MallStock { place_id: number; place_name: string; amount: number; promised: number | null }
export interface MallDetail extends MallGood { stocks: MallStock[]; mine: number; may_manage: boolean }
export interface MallPlace { id: number; area_id: number; area_name: string; name: string; address: string; hours: string; shop_id: number | null; is_on: boolean; may_serve: boolean; may_manage: boolean; version: number }
export interface Movement { id: number; place_name: string; delta: number; cause_name: string; note: string; by_name: string; at: string }

export type RedemptionStatus = 'waiting' | 'done' | 'cancelled' | 'expired'
export interface RedemptionCard { id: number; name: string; quantity: number; points: number; status: RedemptionStatus; status_name: string; place_name: string; created_at: string; due_at: string; ended_at: string | null; version: number }
export interface Redemption extends RedemptionCard { shelf_id: number; address: string; hours: string; reason: string; code: string | null; qr: string | null; person: string; moves: string[] }

export interface StockCount { id: number; good_name: string; place_name: string; expected: number; counted: number; difference: number; note: string; status: 'same' | 'open' | 'adjusted' | 'kept'; status_name: string; counted_by_name: string; counted_at: string; ruled_by_name: string; ruled_at: string | null; grounds: string; moves: string[]; version: number }

export const mall = {
  goods: (filter: { kind?: string; all?: boolean } = {}, cursor?: Cursor) => client.get<Page<MallGood>>('/mall/goods', { ...filter, cursor, limit: 30 }),
  good: (id: number) => client.get<MallDetail>(`/mall/goods/${id}`),
  offer: (body: object, key: string) => client.post<MallDetail>('/mall/goods', body, { key }),
  change: (id: number, body: object) => client.patch<MallDetail>(`/mall/goods/${id}`, body),
  stock: (id: number, body: object, key: string) => client.post<MallDetail>(`/mall/goods/${id}/stock`, body, { key }),
  movements: (id: number, cursor?: Cursor) => client.get<Page<Movement>>(`/mall/goods/${id}/movements`, { cursor, limit: 20 }),
  places: () => client.get<{ items: MallPlace[] }>('/mall/places'),
  openPlace: (body: object, key: string) => client.post<MallPlace>('/mall/places', body, { key }),
  redeem: (body: { shelf_id: number; place_id: number; quantity: number; points: number }, key: string) => client.post<Redemption & { balance: number }>('/mall/redemptions', body, { key }),
  mine: (state: 'open' | 'over', cursor?: Cursor) => client.get<Page<RedemptionCard>>('/mall/redemptions', { state, cursor, limit: 20 }),
  redemption: (id: number) => client.get<Redemption>(`/mall/redemptions/${id}`),
  cancel: (id: number, version: number) => client.post<Redemption>(`/mall/redemptions/${id}/cancel`, { version }),
  callOff: (id: number, reason: string, version: number) => client.post<Redemption>(`/mall/redemptions/${id}/call-off`, { reason, version }),
  waiting: (place_id: number, state: 'open' | 'over', cursor?: Cursor) => client.get<Page<RedemptionCard>>(`/mall/places/${place_id}/redemptions`, { state, cursor, limit: 20 }),
  find: (place_id: number, code: string) => client.post<Redemption>(`/mall/places/${place_id}/find`, { code }),
  handOver: (place_id: number, code: string) => client.post<Redemption>(`/mall/places/${place_id}/hand-over`, { code }),
  counts: (status?: string, cursor?: Cursor) => client.get<Page<StockCount>>('/mall/counts', { status, cursor, limit: 20 }),
  count: (body: object, key: string) => client.post<StockCount>('/mall/counts', body, { key }),
  ruleCount: (id: number, move: string, grounds: string, version: number) => client.post<StockCount>(`/mall/counts/${id}/${move}`, { grounds, version }),
}

// -- the community's pool --------------------------------------------------------------------------

export type PoolKind = 'settle' | 'put_in' | 'take_out' | 'back'
export interface PoolShop { shop_id: number; name: string; balance: number }
export interface Pool { area_id: number; name: string; balance: number; issued: number; shops: PoolShop[]; may_keep: boolean }
export interface PoolEntry { id: number; kind: PoolKind; kind_name: string; shop_name: string; amount: number; change: number; voucher: string; note: string; by_name: string; at: string; is_taken_back: boolean }

export const pools = {
  of: (area_id: number) => client.get<Pool>(`/pools/${area_id}`),
  entries: (area_id: number, cursor?: Cursor) => client.get<Page<PoolEntry>>(`/pools/${area_id}/entries`, { cursor, limit: 20 }),
  settle: (area_id: number, body: { shop_id: number; amount: number; voucher: string; note: string }, key: string) => client.post<PoolEntry>(`/pools/${area_id}/settlements`, body, { key }),
  budget: (area_id: number, body: { kind: string; amount: number; voucher: string; note: string }, key: string) => client.post<PoolEntry>(`/pools/${area_id}/budgets`, body, { key }),
  ofShop: (shop_id: number, cursor?: Cursor) => client.get<Page<LedgerEntry>>(`/pools/shops/${shop_id}/statement`, { cursor, limit: 20 }),
  takeBack: (id: number, note: string, key: string) => client.post<PoolEntry>(`/pools/entries/${id}/take-back`, { note }, { key }),
}
