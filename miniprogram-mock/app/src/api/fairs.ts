/** Calls of fairs and what belongs to them, with what they answer. */
import { client } from './client'
import type { OrderFile, Page } from './types'
import type { Door, Guest } from './volunteering'

type Cursor = string | null | undefined
type Picture = Pick<OrderFile, 'id' | 'url' | 'thumb_url'>

export interface Figure { key: string; name: string; value: number }
export interface FairCard {
  id: number; title: string; theme: string; area_name: string; place: string; starts_at: string | null; ends_at: string | null
  status: string; status_name: string; emergency: string; visitors: number; version: number
}
export interface Fair extends FairCard {
  area_id: number; needs: string; map_columns: number; map_rows: number; exchange_rules: string; reason: string
  needs_survey_id: number | null; satisfaction_survey_id: number | null; previewed_at: string | null; latest_preview: string | null
  opened_at: string | null; closed_at: string | null; summary: string; figures: Figure[]; is_staff: boolean; moves: string[]
}
export interface Stall {
  id: number; fair_id: number; kind: string; kind_name: string; zone: string; zone_name: string; name: string; about: string; spot: string
  column: number | null; row: number | null; status: string; status_name: string; reason: string; visitors: number
  has_visited: boolean; is_mine: boolean; offered_by: string; moves: string[]; version: number
}
export interface Booking { id: number; for_whom: string | null; resident_id: number | null; status: string; status_name: string; ahead: number | null; moves: string[] }
export interface Turn {
  id: number; title: string; place: string; starts_at: string; ends_at: string; quota: number; taken: number; waiting: number; left: number
  first_age: number | null; first_until: string | null; why_closed: string; mine: Booking[]
}
export interface Offering { id: number; kind: string; kind_name: string; title: string; about: string; stall: string; slots: Turn[]; is_staff: boolean }
export interface Item {
  id: number; title: string; about: string; wants: string; pictures: Picture[]; status: string; status_name: string; giver: string
  is_mine: boolean; is_reserved_by_me: boolean; created_at: string; moves: string[]; version: number
}
export interface Letter {
  id: number; kind: 'letter' | 'message'; kind_name: string; text: string; writer: string; is_mine: boolean; status: string; status_name: string
  answer: string; order_id: number | null; written_at: string; moves: string[]; version: number
}
export interface Arrival { fair_id: number; title: string; number: number; is_first: boolean; is_named: boolean }
export interface Wall {
  fair_id: number; title: string; place: string; status: string; status_name: string; total: number; latest: { name: string; at: string }[]
  stalls: { id: number; name: string; visitors: number }[]; watch: string; mine: Arrival | null
}
export interface Visit { stall: Stall; is_first: boolean; visited: number }

type Body = Record<string, unknown>

export const fairs = {
  list: (state: string, area_id?: number, cursor?: Cursor) => client.get<Page<FairCard>>('/fairs', { state, area_id, cursor, limit: 20 }),
  get: (id: number) => client.get<Fair>(`/fairs/${id}`),
  create: (body: Body, key: string) => client.post<Fair>('/fairs', body, { key }),
  edit: (id: number, body: Body) => client.patch<Fair>(`/fairs/${id}`, body),
  /** a move of the table by its name; also `needs`, which sends the survey out */
  move: (id: number, move: string, body: Body = {}) => client.post<Fair>(`/fairs/${id}/${move}`, body),
  figures: (id: number) => client.get<{ items: Figure[] }>(`/fairs/${id}/figures`),
  poster: (id: number, what: 'fair' | 'stalls') => client.download(`/fairs/${id}/posters?what=${what}`),
  wall: (id: number) => client.get<Wall>(`/fairs/${id}/wall`),
  arrive: (scene: string, is_named: boolean) => client.post<Arrival>('/fairs/arrive', { scene, is_named }),
  name: (id: number, is_named: boolean) => client.put<Wall>(`/fairs/${id}/wall/name`, { is_named }),
  stalls: (id: number) => client.get<{ items: Stall[] }>(`/fairs/${id}/stalls`),
  offerStall: (id: number, body: Body, key: string) => client.post<Stall>(`/fairs/${id}/stalls`, body, { key }),
  stall: (id: number, move: string, body: Body = {}) => client.post<Stall>(`/stalls/${id}/${move}`, body),
  scanStall: (scene: string) => client.post<Visit>('/stalls/scan', { scene }),
  offerings: (id: number) => client.get<{ items: Offering[] }>(`/fairs/${id}/offerings`),
  offer: (id: number, body: Body, key: string) => client.post<Offering>(`/fairs/${id}/offerings`, body, { key }),
  callOff: (id: number, reason: string) => client.post<Offering>(`/offerings/${id}/call-off`, { reason }),
  /** for me (null) or somebody of my household */
  book: (id: number, slot: number, resident_id: number | null, key: string) => client.post<Offering>(`/offerings/${id}/slots/${slot}/book`, { resident_id }, { key }),
  guests: (id: number, slot: number, cursor?: Cursor) => client.get<Page<Guest>>(`/offerings/${id}/slots/${slot}/guests`, { cursor }),
  door: (id: number, slot: number, direction: string) => client.get<Door>(`/offerings/${id}/slots/${slot}/door`, { direction }),
  admit: (id: number, slot: number, booking: number) => client.post<Guest>(`/offerings/${id}/slots/${slot}/guests/${booking}/admit`, {}),
  moveBooking: (booking: number, name: 'accept' | 'cancel') => client.post<Booking>(`/bookings/${booking}/${name}`, {}),
  items: (id: number, cursor?: Cursor) => client.get<Page<Item>>(`/fairs/${id}/exchanges`, { cursor, limit: 20 }),
  bring: (id: number, body: Body, key: string) => client.post<Item>(`/fairs/${id}/exchanges`, body, { key }),
  item: (id: number, move: string, version: number) => client.post<Item>(`/exchanges/${id}/${move}`, { version }),
  letters: (id: number, what: 'board' | 'box' | 'mine', cursor?: Cursor) => client.get<Page<Letter>>(`/fairs/${id}/letters`, { what, cursor, limit: 20 }),
  write: (id: number, kind: 'letter' | 'message', text: string, key: string) => client.post<Letter>(`/fairs/${id}/letters`, { kind, text }, { key }),
  letter: (id: number, move: string, body: Body) => client.post<Letter>(`/letters/${id}/${move}`, body),
}
