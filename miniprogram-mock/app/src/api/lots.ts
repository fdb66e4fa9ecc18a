/** What a firm's manager sets up: car parks, spaces, gates. Amounts are fen. */
import { client } from './client'
import type { Gate, Lot, Tariff } from './parking'
import type { Page } from './types'

type Cursor = string | null | undefined
export type SpaceKind = 'owned' | 'rented' | 'visitor'
export interface Space { id: number; lot_id: number; number: string; kind: SpaceKind; kind_name: string; dwelling_id: number | null; place: string; month_price: number; is_active: boolean }
export interface GateSecret { gate: Gate; secret: string }
export interface LotFields {
  name: string; capacity: number; month_price: number; tariff: Tariff; takes_strangers: boolean
  visitor_quota: number; visitor_hours: number; leave_minutes: number
}

export const lots = {
  mine: () => client.get<Page<Lot>>('/parking/lots', { is_staffed: true, limit: 100 }),
  add: (body: LotFields & { area_id: number }, key: string) => client.post<Lot>('/parking/lots', body, { key }),
  change: (id: number, body: object, key: string) => client.patch<Lot>(`/parking/lots/${id}`, body, { key }),
  spaces: (id: number, kind: SpaceKind | undefined, cursor?: Cursor) => client.get<Page<Space>>(`/parking/lots/${id}/spaces`, { kind, cursor, limit: 50 }),
  addSpaces: (id: number, body: object, key: string) => client.post<Page<Space>>(`/parking/lots/${id}/spaces`, body, { key }),
  changeSpace: (id: number, body: object, key: string) => client.patch<Space>(`/parking/spaces/${id}`, body, { key }),
  gates: () => client.get<Page<Gate>>('/parking/gates', { limit: 100 }),
  addGate: (body: { lot_id: number; name: string; direction: string }, key: string) => client.post<GateSecret>('/parking/gates', body, { key }),
  changeGate: (id: number, body: object, key: string) => client.patch<Gate>(`/parking/gates/${id}`, body, { key }),
  rotate: (id: number, key: string) => client.post<GateSecret>(`/parking/gates/${id}/rotate`, {}, { key }),
}
