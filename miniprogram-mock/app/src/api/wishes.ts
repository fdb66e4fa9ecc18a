/** Calls of micro-wishes: wishing, claiming, confirming, thanking, with what they answer. Fen. */
import { client } from './client'
import type { OrderFile, Page } from './types'

type Cursor = string | null | undefined

export interface WishCard {
  id: number; whose: string; whose_name: string; place: string; category: string; category_name: string; title: string; text: string
  is_hidden: boolean; photos: OrderFile[]; handover: string; handover_name: string; is_for_other: boolean; is_mine: boolean
  needed: number; taken: number; unit: string; share_value: number | null; circle_name: string; widens_at: string | null; next_circle: string
  status: string; status_name: string; reason: string; until: string; submitted_at: string; moves: string[]; version: number
}
export interface WishClaim {
  id: number; wish_id: number; title: string; category_name: string; handover: string; handover_name: string; claimer: string; is_mine: boolean
  shares: number; unit: string; status: string; status_name: string; note: string; reason: string; photos: OrderFile[]; progress_left: number
  claimed_at: string; due_at: string | null; moves: string[]; version: number
}
export interface Person { name: string; phone: string; place: string }
export interface Wish extends WishCard { claims: WishClaim[]; person: Person | null }
export interface Thanks { text: string; is_public: boolean; shows_photos: boolean; said_at: string }
export interface Praise {
  wish_id: number; whose_name: string; title: string; category_name: string; text: string; helpers: string[]; photos: OrderFile[]; said_at: string
}
export interface WishFigures { open: number; claimed: number; confirmed: number }

export const wishes = {
  wall: (filter: { status: string; category?: string }) => (cursor?: Cursor) => client.get<Page<WishCard>>('/wishes', { ...filter, cursor, limit: 20 }),
  figures: (area_id: number) => client.get<WishFigures>('/wishes/figures', { area_id }),
  mine: (cursor?: Cursor) => client.get<Page<WishCard>>('/wishes/mine', { cursor, limit: 20 }),
  reviews: (status: string) => (cursor?: Cursor) => client.get<Page<WishCard>>('/wishes/reviews', { status, cursor, limit: 20 }),
  get: (id: number) => client.get<Wish>(`/wishes/${id}`),
  publish: (body: object, key: string) => client.post<Wish>('/wishes', body, { key }),
  move: (id: number, name: string, body: object = {}) => client.post<Wish>(`/wishes/${id}/${name}`, body),
  reveal: (id: number, purpose: string) => client.post<Person>(`/wishes/${id}/reveal`, { purpose }),
  claim: (id: number, body: object, key: string) => client.post<WishClaim>(`/wishes/${id}/claim`, body, { key }),
  praises: (cursor?: Cursor) => client.get<Page<Praise>>('/wishes/thanks', { cursor, limit: 20 }),
  thanks: (id: number) => client.get<Thanks>(`/wishes/${id}/thanks`),
  thank: (id: number, body: object) => client.put<Thanks>(`/wishes/${id}/thanks`, body),
}
export const claims = {
  mine: (cursor?: Cursor) => client.get<Page<WishClaim>>('/wish-claims/mine', { cursor, limit: 20 }),
  get: (id: number) => client.get<WishClaim>(`/wish-claims/${id}`),
  contact: (id: number) => client.post<Person>(`/wish-claims/${id}/contact`, {}),
  move: (id: number, name: string, body: object = {}) => client.post<WishClaim>(`/wish-claims/${id}/${name}`, body),
}
