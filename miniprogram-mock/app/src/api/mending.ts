/** Days of small repairs: benches in a square, turns of them, saying that a turn was held. */
import { client } from './client'
import type { Page } from './types'

type Cursor = string | null | undefined

export interface MyTurn {
  booking_id: number; for_whom: string | null; status: string; status_name: string; code: string | null; qr: string | null; moves: string[]
}
export interface MendTurn { id: number; starts_at: string; ends_at: string; why_closed: string; mine: MyTurn | null }
export interface Bench {
  id: number; craftsman_id: number; called: string; skill: string; skill_name: string; minutes: number; status: string; status_name: string
  reason: string; left: number; served: number; is_mine: boolean; turns: MendTurn[]; moves: string[]
}
export interface MendDayCard {
  id: number; place: string; area_name: string; starts_at: string; ends_at: string; skills: string[]; benches: number
  my_bench_id: number | null; left: number; mine: number; served: number; status: string; status_name: string
}
export interface MendDay extends MendDayCard {
  about: string; most_each: number; reason: string; bench_list: Bench[]; moves: string[]; version: number
}
export interface GuestTurn { id: number; starts_at: string; ends_at: string; name: string; status: string | null; status_name: string; moves: string[] }
export interface BenchList { bench: Bench; day: MendDayCard; items: GuestTurn[] }

const P = '/mending-days'
export const mending = {
  list: (state: string) => (cursor?: Cursor) => client.get<Page<MendDayCard>>(P, { state, cursor, limit: 20 }),
  get: (id: number) => client.get<MendDay>(`${P}/${id}`),
  announce: (body: object, key: string) => client.post<MendDay>(P, body, { key }),
  callOff: (id: number, reason: string) => client.post<MendDay>(`${P}/${id}/call-off`, { reason }),
  book: (turn: number, key: string) => client.post<MendDay>(`${P}/turns/${turn}/book`, {}, { key }),
  cancel: (booking: number) => client.post<unknown>(`/bookings/${booking}/cancel`, {}),
  bench: (id: number) => client.get<BenchList>(`${P}/benches/${id}`),
  leave: (id: number, move: string, reason: string) => client.post<MendDay>(`${P}/benches/${id}/${move}`, { reason }),
  read: (id: number, code: string) => client.post<BenchList>(`${P}/benches/${id}/read`, { code }),
  say: (turn: number, move: string) => client.post<BenchList>(`${P}/turns/${turn}/${move}`, {}),
}
