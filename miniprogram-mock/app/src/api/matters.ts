/** Matters, opinions, votes: only their own pages load this. Areas are 0.01 m². */
import { client } from './client'
import type { Page, StoredFile } from './types'

type Cursor = string | null | undefined
export type MatterStatus = 'draft' | 'collecting' | 'shaped' | 'voting' | 'decided' | 'rejected' | 'executing' | 'done' | 'withdrawn'
export type MatterState = 'open' | 'over' | 'managed'

export interface MatterCard {
  id: number
  title: string
  area_name: string
  status: MatterStatus
  status_name: string
  opinions_until: string
  voting_id: number | null
  decision: string
  created_at: string
  version: number
}
export interface Section { key: string; title: string; summary: string }
export interface Milestone {
  id: number
  title: string
  due_on: string | null
  is_late: boolean
  is_follow_up: boolean
  note: string
  photos: StoredFile[]
  done_at: string | null
}
export interface Matter extends MatterCard {
  area_id: number
  text: string
  sections: Section[]
  options: { key: string; text: string }[]
  photos: StoredFile[]
  origin_count: number
  origins: { order_id: number; title: string }[]
  milestones: Milestone[]
  may_speak: boolean
  is_kept: boolean
  moves: string[]
}
export interface NewMatter {
  area_id: number
  title: string
  text: string
  sections: { key: string; title: string }[]
  opinions_until: string
  order_ids: number[]
  file_ids: number[]
}
export interface Opinion {
  id: number
  section: string
  author: string
  text: string
  photos: StoredFile[]
  likes: number
  is_liked: boolean
  is_mine: boolean
  hidden_because: string
  at: string
}

export type VotingStatus = 'draft' | 'frozen' | 'open' | 'ended' | 'counted' | 'cancelled'
export interface Tally { dwellings: number; heads: number; area: number }
export interface Voting {
  id: number
  subject: string
  area_id: number
  title: string
  text: string
  text_hash: string | null
  kind: string
  kind_name: string
  law: { item: number; is_weighty: boolean; quorum: string; majority: string }
  choices: { key: string; text: string; result: Tally | null }[]
  is_secret: boolean
  takes_paper: boolean
  /** null for those who do not hold it */
  unsold_ids: number[] | null
  status: VotingStatus
  status_name: string
  starts_at: string
  ends_at: string
  frozen_at: string | null
  whole: Tally | null
  took_part: Tally | null
  outcome: { has_quorum: boolean; passed: string | null; split: number; root: string } | null
  reason: string
  version: number
  moves: string[]
}
export interface Owner { resident_id: number; name: string; is_me: boolean; named_id: number | null }
export interface MyBallot {
  dwelling_id: number
  place: string
  area: number
  role: string
  role_name: string
  may_cast: boolean
  why_not: string
  has_voted: boolean
  source_name: string
  cast_at: string | null
  is_cast_by_me: boolean
  choice: string | null
  owners: Owner[]
}
export interface Receipt { dwelling_id: number; code: string; hash: string }
export interface Paper {
  id: number
  dwelling_id: number
  place: string
  status: 'waiting' | 'disputed' | 'counted' | 'outrun' | 'void'
  status_name: string
  is_mine: boolean
  entered_at: string
  note: string
  version: number
  moves: string[]
}
export interface Plan { kind: string; starts_at: string; ends_at: string; is_secret: boolean; takes_paper: boolean; unsold_ids: number[]; version: number }
/** A dwelling as the roll would have it today; area null: unknown. */
export interface Door { dwelling_id: number; number: string; place: string; area: number | null; owners: number; is_unsold: boolean }
export interface RollLine { dwelling_id: number; place: string; area: number; has_voted: boolean; source_name: string; owners: Owner[] }
export interface Proxy { id: number; place: string; name: string; votes_by_phone: boolean; recorded_at: string; withdrawn_at: string | null }

export const matters = {
  list: (state: MatterState, cursor?: Cursor) => client.get<Page<MatterCard>>('/matters', { state, cursor, limit: 20 }),
  get: (id: number) => client.get<Matter>(`/matters/${id}`),
  scan: (scene: string) => client.get<Matter>('/matters/scan', { scene }),
  create: (body: NewMatter, key: string) => client.post<Matter>('/matters', body, { key }),
  edit: (id: number, body: NewMatter & { version: number }) => client.put<Matter>(`/matters/${id}`, body),
  move: (id: number, move: string, body: object) => client.post<Matter>(`/matters/${id}/${move}`, body),
  reach: (id: number, milestone: number, body: { note: string; file_ids: number[] }) =>
    client.post<Matter>(`/matters/${id}/milestones/${milestone}/done`, body),
  prepare: (id: number, plan: Plan) => client.post<Voting>(`/matters/${id}/voting`, plan),
  poster: (id: number) => client.download(`/matters/${id}/poster`),
  opinions: (id: number, sort: 'latest' | 'liked', section: string, cursor?: Cursor) =>
    client.get<Page<Opinion>>(`/matters/${id}/opinions`, { sort, section: section || undefined, cursor, limit: 20 }),
  speak: (id: number, body: { section: string; text: string; file_ids: number[] }, key: string) =>
    client.post<Opinion>(`/matters/${id}/opinions`, body, { key }),
  like: (id: number, on: boolean) => (on ? client.post<Opinion>(`/opinions/${id}/like`) : client.delete<Opinion>(`/opinions/${id}/like`)),
  hide: (id: number, reason: string) => client.post<Opinion>(`/opinions/${id}/hide`, { reason }),
}

export const votings = {
  get: (id: number) => client.get<Voting>(`/votings/${id}`),
  mine: (id: number) => client.get<{ items: MyBallot[] }>(`/votings/${id}/ballots/mine`),
  cast: (id: number, choice: string, ballots: { dwelling_id: number; code: string }[]) =>
    client.post<{ text_hash: string; at: string; ballots: Receipt[] }>(`/votings/${id}/ballots`, { choice, ballots }),
  name: (id: number, dwelling_id: number, resident_id: number) =>
    client.post<{ items: MyBallot[] }>(`/votings/${id}/naming`, { dwelling_id, resident_id }),
  hashes: (id: number) => client.get<string>(`/votings/${id}/hashes`),
  export: (id: number) => client.get<object>(`/votings/${id}/export`),
  plan: (id: number, plan: Plan) => client.put<Voting>(`/votings/${id}`, plan),
  register: (id: number, area_id: number, cursor?: Cursor) => client.get<Page<Door>>(`/votings/${id}/register`, { area_id, cursor, limit: 100 }),
  move: (id: number, move: string, body: object) => client.post<Voting>(`/votings/${id}/${move}`, body),
  papers: (id: number, cursor?: Cursor) => client.get<Page<Paper>>(`/votings/${id}/papers`, { cursor, limit: 20 }),
  enter: (id: number, body: { dwelling_id: number; choice: string; code: string; received_at: string }) =>
    client.post<Paper>(`/votings/${id}/papers`, body),
  rule: (paper: number, body: { choice: string; code: string; note: string; version: number }) => client.post<Paper>(`/papers/${paper}/rule`, body),
  drop: (paper: number, note: string, version: number) => client.post<Paper>(`/papers/${paper}/void`, { note, version }),
  print: (id: number, area_id: number) => client.download(`/votings/${id}/papers/print?area_id=${area_id}`),
  roll: (id: number, dwelling: number) => client.get<RollLine>(`/votings/${id}/roll/${dwelling}`),
  proxies: (id: number, cursor?: Cursor) => client.get<Page<Proxy>>(`/votings/${id}/proxies`, { cursor, limit: 20 }),
  entrust: (id: number, body: { dwelling_id: number; owner_id: number; name: string; phone?: string; file_id: number }) =>
    client.post<Proxy>(`/votings/${id}/proxies`, body),
  withdraw: (id: number, proxy: number) => client.post<object>(`/votings/${id}/proxies/${proxy}/withdraw`, {}),
}
