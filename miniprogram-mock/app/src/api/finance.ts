/** Days of books, differences, and what waits for an accountant: only the finance side loads this. Amounts are fen. */
import { client } from './client'
import type { Page } from './types'

type Cursor = string | null | undefined

export interface Part { kind: string; name: string; amount: number }

/** A payee's day; `id` is null for the present one. closing = opening + income − refunds − fees */
export interface BookDay {
  id: number | null
  day: string
  payee_id: number
  payee_name: string
  status: 'open' | 'closed'
  status_name: string
  version: number
  opening: number
  income: number
  refunds: number
  fees: number
  net: number
  closing: number
  count: number
  income_by: Part[]
  refunds_by: Part[]
  closed_at: string | null
  closer: string
  moves: string[]
}

export interface BookDayDetail extends BookDay {
  /** differences that keep it open */
  waiting: number
  is_compared: boolean
  /** computed again from the ledger it is the same */
  is_same: boolean
}

export interface Movement { id: number; at: string; kind: string; memo: string; amount: number }

export interface Difference {
  id: number
  day: string
  subject: 'payment' | 'refund' | 'funds'
  subject_name: string
  kind: string
  kind_name: string
  status: 'open' | 'pursued' | 'ruled' | 'healed' | 'sealed'
  status_name: string
  version: number
  number: string
  wechat_no: string
  theirs: number | null
  ours: number | null
  says: string
  payee_name: string
  grounds: string
  ruler: string
  ruled_at: string | null
  moves: string[]
}

export interface StuckRefund {
  id: number
  number: string
  payment_id: number
  status: string
  status_name: string
  version: number
  title: string
  payee_name: string
  method_name: string
  amount: number
  reason: string
  /** where it was sent on to when it could not go back; empty before */
  target_name: string
  trouble: string
  created_at: string
  moves: string[]
}

/** Genuine word from WeChat that does not agree with our books. */
export interface Quarantined {
  id: number
  kind: 'payment' | 'refund'
  why_name: string
  status: string
  status_name: string
  version: number
  number: string
  transaction_id: string
  amount: number
  payment_id: number | null
  created_at: string
  reason: string
  moves: string[]
}

export interface Statement {
  id: number
  day: string
  kind_name: string
  status: string
  status_name: string
  version: number
  line_count: number
  reason: string
  moves: string[]
}

export type Grounds = { version?: number; grounds: string }
export interface Card { bank_type: string; account: string; name: string }
export type Reason = { version?: number; reason: string; payment_id?: number; target?: string; card?: Card }

export const finance = {
  today: () => client.get<Page<BookDay>>('/finance/today'),
  days: (cursor?: Cursor) => client.get<Page<BookDay>>('/finance/days', { cursor, limit: 20 }),
  day: (id: number) => client.get<BookDayDetail>(`/finance/days/${id}`),
  movements: (id: number, cursor?: Cursor) => client.get<Page<Movement>>(`/finance/days/${id}/movements`, { cursor, limit: 30 }),
  close: (id: number, version: number) => client.post<BookDayDetail>(`/finance/days/${id}/close`, { version }),
  /** Where the spreadsheet lies on this phone then. */
  export: (first: string, last: string) => client.download(`/finance/days/export?first=${first}&last=${last}`),
  differences: (status: string | undefined, cursor?: Cursor) => client.get<Page<Difference>>('/finance/differences', { status, cursor, limit: 20 }),
  /** Where the spreadsheet lies on this phone then. */
  exportDifferences: (first: string, last: string) => client.download(`/finance/differences/export?first=${first}&last=${last}`),
  rule: (id: number, move: string, body: Grounds) => client.post<Difference>(`/finance/differences/${id}/${move}`, body),
  refunds: (cursor?: Cursor) => client.get<Page<StuckRefund>>('/refunds/overseen', { is_stuck: true, cursor, limit: 20 }),
  refund: (id: number, move: string, body: Reason) => client.post<StuckRefund>(`/refunds/${id}/${move}`, body),
  quarantines: (cursor?: Cursor) => client.get<Page<Quarantined>>('/quarantines', { status: 'open', cursor, limit: 20 }),
  quarantine: (id: number, move: string, body: Reason) => client.post<Quarantined>(`/quarantines/${id}/${move}`, body),
  statements: (cursor?: Cursor) => client.get<Page<Statement>>('/finance/statements', { cursor, limit: 10 }),
  again: (id: number, version: number) => client.post<Statement>(`/finance/statements/${id}/again`, { version }),
}
