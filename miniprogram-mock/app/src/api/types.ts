/** The API's shapes, as the contract (and /openapi.json) has them: snake_case, times ISO-8601 UTC. */
/** A line of an account's statement: fen or points, and what was left after it */
export interface LedgerEntry { id: number; at: string; kind: string; memo: string; amount: number; balance: number }

export interface Page<T> { items: T[]; next: string | null }

export interface Named { id: number; name: string }
export type Theme = 'auto' | 'light' | 'dark'

export interface Post {
  id: number
  role: string
  role_name: string
  title: string
  area: { id: number; name: string; level: string; full_name: string }
  unit: Named | null
}

export interface Me {
  id: number
  nickname: string
  avatar_url: string | null
  phone: string | null
  posts: Post[]
  permissions: string[]
  settings: { large_type: boolean; theme: Theme }
  /** sides of the app beyond those that posts open: `merchant` for who runs a shop */
  sides?: string[]
}

export interface Login { token: string; expires_at: string; me: Me }
export interface Device { id: number; device: string; created_at: string; last_seen_at: string; is_current: boolean }

/** What is kept about people; `confirmation` is the word to type in order to leave. */
export interface Privacy {
  kept: { what: string; why: string; until: string; guard: string; is_erased: boolean }[]
  confirmation: string
}

/** Somebody on duty read personal data of mine in plain. */
export interface Reading { id: number; reader: string; role: string; fields: string[]; purpose: string; read_at: string }

export interface Area {
  id: number
  parent_id: number | null
  level: string
  name: string
  path: string
  full_name: string
  children_count: number
  contact: Record<string, string> | null
}

export interface ScannedCode {
  area_id: number
  community_id: number
  compound_id: number | null
  kind: 'community' | 'building' | 'checkpoint' | 'vehicle' | 'fair' | 'stall' | 'volunteering' | 'wishes' | 'craftsmen' | 'survey' | 'matter'
  label: string
}

/** A dwelling of an area, as offered to someone who wants to bind it. */
export interface Dwelling { id: number; name: string; place: string }

export interface MyDwelling {
  binding_id: number
  dwelling_id: number
  place: string
  relation: 'owner' | 'tenant' | 'family'
  status: 'pending' | 'confirmed' | 'refused' | 'ended'
  building_id: number
  unit_area_id: number | null
  compound_id: number | null
  community_id: number
  reason?: string
}

export interface StoredFile {
  id: number
  kind: 'image' | 'audio'
  url: string
  thumb_url: string | null
  width: number | null
  height: number | null
  bytes: number
  seconds: number | null
}

export interface InboxMessage {
  id: number
  title: string
  text: string
  link: string | null
  created_at: string
  read_at: string | null
}

export interface Subscription { template_id: string; title: string; reason: string; quota: number }
export type Consent = 'accept' | 'reject' | 'ban' | 'filter'

// ---- orders
export type Grade = 'yellow' | 'orange' | 'red'
export type ClockKind = 'contact' | 'arrive' | 'done'
export type ClockState = 'running' | 'soon' | 'overdue' | 'paused' | 'met' | 'late'
export type KindKey = 'repair' | 'complaint' | 'suggestion' | 'help' | 'move_car'

export interface Clock {
  kind: ClockKind
  name: string
  due_at: string
  paused: boolean
  state: ClockState
  left_seconds: number
  /** set on arrival by clocks.ts: when it runs out, ms of this phone's own time */
  due_local?: number
}

export interface Question {
  key: string
  label: string
  type: 'choice' | 'text' | 'time' | 'yesno'
  options?: string[] | null
  required: boolean
}

export interface Kind { key: KindKey; name: string; hint: string; questions: Question[] }

export interface DutyMatch { code: string; item: string; department: string; sureness: number; words: string[] }

export interface Preview {
  kind: KindKey
  kind_name: string
  grade: Grade
  grade_name: string
  matches: DutyMatch[]
  promise: { kind: ClockKind; name: string; hours: number }[]
}

export interface Place {
  area_id?: number | null
  dwelling_id?: number | null
  text?: string | null
  /** degrees */
  latitude?: number | null
  longitude?: number | null
}

export interface NewOrder {
  kind: KindKey
  text: string
  title?: string
  answers: Record<string, string>
  place: Place
  file_ids: number[]
  voice_id?: number | null
  is_anonymous: boolean
}

export interface OrderCard {
  id: number
  number: string
  kind: KindKey
  kind_name: string
  title: string
  status: string
  status_name: string
  grade: Grade
  grade_name: string
  place: string
  compound_name: string | null
  area_id: number
  created_at: string
  updated_at: string
  picture_url: string | null
  handler_name: string | null
  clock: Clock | null
  /** degrees; null when only words say where */
  latitude?: number | null
  longitude?: number | null
  version: number
  returned: number
  urged: number
}

export interface OrderFile {
  id: number
  kind: 'image' | 'audio'
  url: string
  thumb_url: string | null
  stage: 'report' | 'arrival' | 'before' | 'after' | 'extra'
  by: string
  seconds?: number | null
}

export interface HistoryLine {
  id: number
  at: string
  move: string
  title: string
  text: string
  who: string
  files: OrderFile[]
}

export interface OrderDetail extends OrderCard {
  text: string
  answers: { label: string; answer: string }[]
  files: OrderFile[]
  voice: OrderFile | null
  reporter: { name: string; phone: string | null; is_me: boolean; is_anonymous: boolean } | null
  duty: DutyMatch | null
  candidates: DutyMatch[] | null
  clocks: Clock[]
  unit: Named | null
  party: string | null
  parts: { id: number; unit_name: string; status: 'open' | 'closed'; note?: string; result: string | null; is_mine?: boolean }[]
  history: HistoryLine[]
  /** names of the moves open to me; nothing else may be offered */
  moves: string[]
  rating: { stars: number; is_solved: boolean; text: string | null } | null
  urge: { count: number; next_at: string | null }
  extension: { hours: number; reason: string; status: string } | null
  promise_text: string
}

/** A worker's day: what is due, what waits for others, what came back, how many were resolved today. */
export interface Day { due: OrderCard[]; waiting: OrderCard[]; returned: OrderCard[]; done_today: number }

/** Whom an order can be handed to; `in_hand` is how many orders they have now. */
export interface Handler { user_id: number; name: string; role: string; role_name: string; unit: Named | null; in_hand: number }
export interface Handlers { items: Handler[]; units: Named[] }

export interface DeskFilter { status?: string; state?: 'open' | 'done'; extension?: 'pending'; kind?: string; area_id?: number; q?: string }

/** a tile; `group` is its heading among all services */
export interface Service { key: string; name: string; icon: string; path: string; group: string }
export interface Home {
  community: Named
  compound: Named | null
  /** the office's number, never a private one */
  secretary: { name: string; phone: string | null } | null
  services: Service[]
  mine: { open: number; latest: OrderCard | null }
  activity: { text: string; at: string }[]
}

// ---- demo
export interface SamplePerson {
  user_id: number
  openid: string
  name: string
  role_name: string
  area_name: string
  phone_side: 'resident' | 'worker' | 'property'
}
export interface SampleCode { label: string; scene: string }
