/** What the community rules: complaints about who asks for cars to be moved, goods, public money. Amounts are fen. */
import { client } from './client'
import type { Coupon, Good } from './shops'
import type { Page } from './types'

type Cursor = string | null | undefined
export interface MoveSeen {
  id: number; plate: string | null; requester: string; reason_name: string; place: string; status_name: string; is_registered: boolean
  order_id: number | null; complaint: string | null; ruling: string | null; asked_at: string; moves: string[]
}
export interface Block { id: number; requester: string; request_id: number; reason: string; made_at: string; until: string; lifted_at: string | null; moves: string[] }
export interface CouponFields { name: string; face: number; minimum: number; total: number; per_person: number; budget?: number; ends_at: string }
export interface CouponWhole extends Coupon { budget: number; spent: number; version: number }

export const rulings = {
  moves: (query: { is_waiting?: boolean; is_complaint?: boolean }, cursor?: Cursor) => client.get<Page<MoveSeen>>('/move-car', { ...query, cursor, limit: 20 }),
  block: (id: number, body: { days: number; reason: string }, key: string) => client.post<Block>(`/move-car/${id}/block`, body, { key }),
  dismiss: (id: number, reason: string, key: string) => client.post<MoveSeen>(`/move-car/${id}/dismiss`, { reason }, { key }),
  blocks: (cursor?: Cursor) => client.get<Page<Block>>('/move-car/blocks', { cursor, limit: 20 }),
  lift: (id: number, reason: string, key: string) => client.post<Block>(`/move-car/blocks/${id}/lift`, { reason }, { key }),

  blockGood: (id: number, reason: string, is_prescription: boolean, key: string) => client.post<Good>(`/goods/${id}/block`, { reason, is_prescription }, { key }),
  unblockGood: (id: number, key: string) => client.post<Good>(`/goods/${id}/unblock`, {}, { key }),

  funded: () => client.get<{ items: CouponWhole[] }>('/coupons/funded'),
  fund: (body: CouponFields & { area_id: number; fund: string }, key: string) => client.post<CouponWhole>('/coupons/funded', body, { key }),
  subsidise: (shop: number, subsidies: Record<string, number>, key: string) => client.put<{ subsidies: Record<string, number> }>(`/canteens/${shop}/subsidies`, { subsidies }, { key }),
}

/** A merchant's own coupons. */
export const offers = {
  at: (shop: number) => client.get<{ items: CouponWhole[] }>(`/shops/${shop}/coupons`),
  add: (shop: number, body: CouponFields, key: string) => client.post<CouponWhole>(`/shops/${shop}/coupons`, body, { key }),
  stop: (id: number, version: number, key: string) => client.post<CouponWhole>(`/coupons/${id}/stop`, { version }, { key }),
}
