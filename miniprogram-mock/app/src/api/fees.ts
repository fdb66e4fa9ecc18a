/** Bills, balances, the counter, and a firm's arrears: only their own pages load this. Amounts are fen. */
import { client } from './client'
import type { Payment } from './pay'
import type { LedgerEntry, Page } from './types'

export type BillStatus = 'unpaid' | 'paid' | 'void'

/** A bill in a list. */
export interface Bill {
  id: number
  number: string
  dwelling_id: number
  tenure: number
  place: string
  title: string
  period: string
  first_day: string
  last_day: string
  due_on: string
  overdue_days: number
  amount: number
  /** still to be paid, without the late fee of today */
  owed: number
  late_fee: number
  status: BillStatus
  status_name: string
  is_being_paid: boolean
  is_disputed: boolean
  /** of an owner before */
  is_former: boolean
  payee_name: string
  issued_at: string
}

export interface BillEntry { kind: string; kind_name: string; amount: number; note: string; payment_id: number | null; at: string }

export interface BillDetail extends Bill {
  /** the computation in plain words */
  explained: string[]
  price_note: string
  entries: BillEntry[]
  payment_id: number | null
  order_id: number | null
  /** the bill in the place of a void one */
  reissued_as: number | null
  moves: string[]
  version: number
}

/** One of my dwellings, or one that was mine. */
export interface HomeFees {
  dwelling_id: number
  tenure: number
  place: string
  relation_name: string
  is_current: boolean
  owed: number
  unpaid: number
  overdue: number
  balance: number
  is_automatic: boolean
  may_agree: boolean
}
export interface Overview { homes: HomeFees[]; owed: number; overdue: number }


export interface Door { dwelling_id: number; place: string; owed: number; unpaid: number; balance: number }
export interface CounterHome { dwelling_id: number; place: string; tenure: number; holders: string[]; balance: number; bills: Bill[] }
export interface Taking {
  dwelling_id: number
  bill_ids: number[]
  top_up?: number
  method: 'cash' | 'transfer' | 'pos'
  receipt_no?: string
}

export interface Tariff {
  id: number
  name: string
  area_name: string
  basis_name: string
  period: 'month' | 'quarter' | 'year'
  is_active: boolean
  versions: { words: string }[]
}
export interface Run {
  id: number
  tariff_id: number
  title: string
  area_name: string
  period: string
  status: 'running' | 'done'
  status_name: string
  bills: number
  amount: number
  paid: number
  started_at: string
}
export interface RunPreview {
  tariff_id: number
  period: string
  title: string
  price: string
  due_on: string
  dwellings: number
  billed: number
  new: number
  amount: number
  skipped: { reason: string; count: number; places: string[] }[]
  samples: { place: string; amount: number; explained: string[] }[]
}

export interface Ageing {
  owed: number
  overdue: number
  ages: { name: string; bills: number; owed: number }[]
  compounds: { area_id: number; name: string; owed: number; overdue: number; dwellings: number; billed: number; collected: number }[]
}
export interface Debtor {
  dwelling_id: number
  tenure: number
  place: string
  is_former: boolean
  owed: number
  bills: number
  oldest_days: number
  disputed: number
  reminded_at: string | null
  plan_note: string
  plan_until: string | null
  may_remind: boolean
}

export interface Waiver {
  id: number
  place: string
  title: string
  bill_id: number | null
  amount: number
  percent: number
  from_on: string | null
  ground_name: string
  note: string
  status: 'asked' | 'approved' | 'refused' | 'withdrawn'
  status_name: string
  asked_by: string
  asked_at: string
  ruled_by: string
  ruling: string
  moves: string[]
  version: number
}

/** What becomes of a balance, or of debts, after a dwelling changed hands. */
export interface Handover {
  id: number
  dwelling_id: number
  place: string
  kind: 'refund' | 'balance' | 'bills'
  kind_name: string
  amount: number
  status: 'open' | 'done' | 'dropped'
  moves: string[]
  version: number
}

type Cursor = string | null | undefined

/** A resident's. */
export const fees = {
  overview: () => client.get<Overview>('/fees/overview'),
  bills: (query: { dwelling_id?: number; status?: BillStatus }, cursor?: Cursor) =>
    client.get<Page<Bill>>('/bills/mine', { ...query, cursor, limit: 50 }),
  bill: (id: number) => client.get<BillDetail>(`/bills/${id}`),
  pay: (bill_ids: number[], key?: string) => client.post<Payment>('/fees/payments', { bill_ids }, { key }),
  topUp: (dwelling_id: number, amount: number, key?: string) => client.post<Payment>('/fees/top-ups', { dwelling_id, amount }, { key }),
  agree: (dwelling_id: number, is_on: boolean) => client.put<HomeFees>('/fees/agreement', { dwelling_id, is_on }),
  balance: (dwelling_id: number, cursor?: Cursor) => client.get<Page<LedgerEntry>>('/fees/balance', { dwelling_id, cursor, limit: 20 }),
  dispute: (id: number, text: string, file_ids: number[], key?: string) =>
    client.post<{ order_id: number }>(`/fees/bills/${id}/dispute`, { text, file_ids }, { key }),
  statement: (dwelling_id: number, year: number) => client.download(`/statements/dwellings/${dwelling_id}?year=${year}`),
  muted: () => client.get<{ is_muted: boolean }>('/arrears/mute'),
  mute: (is_muted: boolean) => client.put<{ is_muted: boolean }>('/arrears/mute', { is_muted }),
}

export const handovers = {
  mine: () => client.get<{ items: Handover[] }>('/handovers/mine'),
  ask: (dwelling_id: number, former: number, kind: Handover['kind']) => client.post<Handover>('/handovers', { dwelling_id, former, kind }),
  end: (id: number, move: 'confirm' | 'drop', version: number) => client.post<Handover>(`/handovers/${id}/${move}`, { version }),
}

/** A cashier's. */
export const counter = {
  find: (q: string) => client.get<{ items: Door[] }>('/fees/counter', { q }),
  home: (dwelling_id: number) => client.get<CounterHome>(`/fees/counter/${dwelling_id}`),
  take: (taking: Taking, key: string) => client.post<Payment>('/fees/counter', taking, { key }),
}

/** A firm's. */
export const firm = {
  ageing: () => client.get<Ageing>('/arrears'),
  debtors: (query: { area_id?: number; min_days?: number }, cursor?: Cursor) =>
    client.get<Page<Debtor>>('/arrears/dwellings', { ...query, cursor, limit: 20 }),
  remind: (body: { dwelling_ids?: number[]; area_id?: number }) =>
    client.post<{ reminded: number; left_out: number; at: string }>('/arrears/remind', body),
  plan: (plan: { dwelling_id: number; tenure: number; note: string; until_on: string }) => client.put<unknown>('/arrears/plan', plan),
  tariffs: (cursor?: Cursor) => client.get<Page<Tariff>>('/tariffs', { cursor, limit: 50 }),
  runs: (cursor?: Cursor) => client.get<Page<Run>>('/billings/runs', { cursor, limit: 20 }),
  preview: (tariff_id: number, period: string) => client.post<RunPreview>('/billings/preview', { tariff_id, period }),
  run: (tariff_id: number, period: string) => client.post<Run>('/billings/runs', { tariff_id, period }),
  waivers: (status: string | undefined, cursor?: Cursor) => client.get<Page<Waiver>>('/waivers', { status, cursor, limit: 20 }),
  rule: (id: number, move: 'approve' | 'refuse' | 'withdraw', version: number, note: string) =>
    client.post<Waiver>(`/waivers/${id}/${move}`, { version, note }),
}
