/** Calls of craftsmen: who could come, asking them, coming, rating, registering, with what they answer. Fen. */
import { client } from './client'
import type { OrderFile, Page } from './types'

type Cursor = string | null | undefined

export interface Need { skill: string; day: string; part: string }
export interface CraftOffer {
  craftsman_id: number; called: string; text: string; price: number; stars: number | null; stars_count: number; why: string[]
}
export interface CraftSkill {
  skill: string; name: string; price: number; paper: string; expires_on: string | null; is_good: boolean; number: string; photo: OrderFile | null
}
export interface Craftsman {
  id: number; called: string; text: string; place: string; reach: string; reach_name: string; week: string[][]; skills: CraftSkill[]
  stars: number | null; stars_count: number; done: number; status: string; status_name: string; reason: string; is_mine: boolean
  submitted_at: string; moves: string[]; version: number
}
export interface CraftCall {
  id: number; skill: string; skill_name: string; text: string; photos: OrderFile[]; day: string; part_name: string; called: string
  price: number; why: string[]; status: string; status_name: string; reason: string; answer_by: string | null; asked: number
  place: string; phone: string; their_phone: string; stars: number | null; rating: string; is_mine: boolean; asked_at: string
  moves: string[]; version: number
}

export const craftsmen = {
  offers: (need: Need) => client.post<Page<CraftOffer>>('/craftsmen/offers', need),
  get: (id: number) => client.get<Craftsman>(`/craftsmen/${id}`),
  mine: () => client.get<Craftsman>('/craftsmen/mine'),
  register: (body: object, key: string) => client.post<Craftsman>('/craftsmen', body, { key }),
  revise: (body: object) => client.put<Craftsman>('/craftsmen/mine', body),
  step: (name: string, version: number) => client.post<Craftsman>(`/craftsmen/mine/${name}`, { version }),
  reviews: (status: string) => (cursor?: Cursor) => client.get<Page<Craftsman>>('/craftsmen/reviews', { status, cursor, limit: 20 }),
  rule: (id: number, name: string, body: object) => client.post<Craftsman>(`/craftsmen/${id}/${name}`, body),
}
export const calls = {
  make: (body: object, key: string) => client.post<CraftCall>('/calls', body, { key }),
  mine: (cursor?: Cursor) => client.get<Page<CraftCall>>('/calls/mine', { cursor, limit: 20 }),
  asked: (cursor?: Cursor) => client.get<Page<CraftCall>>('/calls/asked', { cursor, limit: 20 }),
  get: (id: number) => client.get<CraftCall>(`/calls/${id}`),
  move: (id: number, name: string, body: object = {}) => client.post<CraftCall>(`/calls/${id}/${name}`, body),
}
