/** What a firm's manager and cashier do with bills, prices and meters: only their own pages load this. Amounts are fen. */
import { client } from './client'
import type { Bill, BillDetail, BillStatus, Handover, Tariff, Waiver } from './fees'
import type { Page } from './types'

type Cursor = string | null | undefined
export type Ground = 'vacant' | 'hardship' | 'service' | 'agreement' | 'correction'

/** What a refund at the counter waits for, or what became of one. */
export interface Refund {
  id: number
  number: string
  title: string
  method_name: string
  amount: number
  reason: string
  status: string
  status_name: string
  created_at: string
  moves: string[]
  version: number
}
export interface BillMoney {
  bill_id: number
  refundable: number
  payments: { payment_id: number; method_name: string; receipt_no: string | null; paid_at: string | null; amount: number }[]
  refunds: (Refund & { is_owed_again: boolean })[]
  moves: string[]
}

/** `up_to` in thousandths of the meter's unit; prices in 0.0001 yuan */
export interface Step { up_to: number | null; price: number }
export interface Price { valid_from: string; price?: number; steps?: Step[]; basis_note?: string }
export interface TariffWhole extends Tariff {
  area_id: number
  basis: 'area' | 'fixed' | 'meter'
  period_name: string
  due_days: number
  meter_unit: string
  meter_digits: number
  late_rate: number
  late_cap: number
  versions: { id: number; valid_from: string; price: number; steps: Step[]; words: string; basis_note: string }[]
  version: number
}
export interface Tried {
  words: string
  dwellings: number
  homes: { place: string; square: number | null; amount: number | null; before: number | null; explained: string[] }[]
}

/** Meters count in thousandths of their unit. */
export interface MeterReading { id: number; period: string; read_on: string; previous: number; value: number; usage: number; note: string }
export interface Meter { dwelling_id: number; place: string; previous: number | null; usual: number | null; reading: MeterReading | null }
export interface Round extends Page<Meter> { total: number; read: number }
export interface NewReading {
  dwelling_id: number
  period: string
  read_on: string
  value: number
  previous?: number
  is_rolled_over?: boolean
  old_end?: number
  new_start?: number
  note?: string
}
export interface ImportReport { rows: number; created: number; errors: { row: number; column: string; message: string }[]; errors_total: number }

export const office = {
  bills: (query: { status?: BillStatus; is_disputed?: boolean; is_overdue?: boolean; dwelling_id?: number }, cursor?: Cursor) =>
    client.get<Page<Bill>>('/bills', { ...query, cursor, limit: 30 }),
  bill: (id: number) => client.get<BillDetail>(`/bills/${id}`),
  money: (id: number) => client.get<BillMoney>(`/fees/bills/${id}/money`),
  void: (id: number, version: number, reason: string, key: string) => client.post<BillDetail>(`/bills/${id}/void`, { version, reason }, { key }),
  reissue: (bill_id: number, key: string) => client.post<BillDetail>('/billings/reissue', { bill_id }, { key }),
  refund: (id: number, body: { amount: number; reason: string; is_owed_again: boolean }, key: string) =>
    client.post<{ amount: number; refund_ids: number[] }>(`/fees/bills/${id}/refund`, body, { key }),
  waive: (body: object, key: string) => client.post<Waiver>('/waivers', body, { key }),
  /** Where the spreadsheet lies on this phone then. */
  export: (area_id: number, is_unpaid: boolean) => client.download(`/statements/bills?area_id=${area_id}&is_unpaid=${is_unpaid}`),

  tariffs: (cursor?: Cursor) => client.get<Page<TariffWhole>>('/tariffs', { cursor, limit: 50 }),
  addTariff: (body: object, key: string) => client.post<TariffWhole>('/tariffs', body, { key }),
  changeTariff: (id: number, body: object, key: string) => client.patch<TariffWhole>(`/tariffs/${id}`, body, { key }),
  reprice: (id: number, body: Price, key: string) => client.post<TariffWhole>(`/tariffs/${id}/versions`, body, { key }),
  tryPrice: (body: object) => client.post<Tried>('/billings/trial', body),

  round: (tariff: number, query: { period: string; is_read?: boolean }, cursor?: Cursor) =>
    client.get<Round>(`/tariffs/${tariff}/round`, { ...query, cursor, limit: 50 }),
  read: (tariff: number, reading: NewReading, key: string) => client.post<MeterReading>(`/tariffs/${tariff}/readings`, reading, { key }),
  correct: (reading: number, body: NewReading, key: string) => client.post<MeterReading>(`/billings/readings/${reading}/correct`, body, { key }),
  template: () => client.download('/openings/readings/template'),
  bring: (tariff: number, path: string, key: string) => client.upload<ImportReport>(`/openings/${tariff}/readings`, path, { key }),

  handovers: () => client.get<{ items: Handover[] }>('/handovers'),
  handOut: (id: number, version: number, receipt_no: string, key: string) =>
    client.post<Handover>(`/handovers/${id}/pay-out`, { version, receipt_no }, { key }),
  refunds: (cursor?: Cursor) => client.get<Page<Refund>>('/refunds/overseen', { status: 'requested', cursor, limit: 50 }),
  payOut: (id: number, version: number, reason: string, key: string) =>
    client.post<Refund>(`/refunds/${id}/pay-out`, { version, reason }, { key }),
}
