/** Calls of sign-ups, volunteering, hours, teams, reporting in and pledges, with what they answer. Minutes. */
import { client } from './client'
import type { OrderFile, Page } from './types'

type Cursor = string | null | undefined

export interface Booking {
  id: number; slot_id: number; title: string; place: string; starts_at: string; ends_at: string; link: string; for_whom: string | null
  status: string; status_name: string; ahead: number | null; offered_until: string | null; cancel_until: string
  checked_in_at: string | null; checked_out_at: string | null; reason: string; proof: Proof; moves: string[]; version: number
}
export type Proof = 'code' | 'place' | 'both'
export interface Slot {
  id: number; title: string; place: string; proof: Proof; proof_name: string; starts_at: string; ends_at: string; cancel_until: string
  latitude: number | null; longitude: number | null; radius: number; quota: number; most_waiting: number; taken: number; waiting: number; left: number
  status: string; status_name: string; why_closed: string; mine: Booking[]; moves: string[]; version: number
}
export interface Guest {
  id: number; name: string; status: string; status_name: string; checked_in_at: string | null; checked_out_at: string | null
  checked_by: string; moves: string[]
}
export interface Door { slot_id: number; title: string; direction: 'in' | 'out'; qr: string; code: string; seconds: number; quota: number; taken: number; there: number }
export interface ProjectCard {
  id: number; title: string; category: string; category_name: string; area_name: string; team_name: string | null; is_team_only: boolean
  status: string; status_name: string; shifts: number; next_at: string | null; left: number; waiting_hours: number | null
}
export interface Project extends ProjectCard {
  text: string; area_id: number; team_id: number | null; is_host: boolean; is_member: boolean; shift_list: Slot[]; moves: string[]; version: number
}
export interface Hour {
  id: number; title: string; served_on: string; proposed: number; minutes: number; note: string; status: string; status_name: string
  reason: string; name: string | null; history: { before: number; after: number; reason: string; at: string }[]; moves: string[]; version: number
}
export interface HoursSum { confirmed: number; waiting: number; services: number; this_year: number }
export interface Certificate { id: number; number: string; since: string; until: string; minutes: number; services: number; issued_at: string }
export interface Check extends Omit<Certificate, 'id'> { minutes_now: number; verdict: 'valid' | 'corrected'; verdict_name: string; is_name_right: boolean | null }
export interface Team {
  id: number; name: string; intro: string; area_id: number; area_name: string; captain: string; members: number; status: string; status_name: string
  reason: string; my_status: string | null; my_status_name: string | null; is_mine: boolean; moves: string[]; version: number
}
export interface Member { id: number; name: string; is_captain: boolean; status: string; status_name: string; moves: string[] }
export interface Report {
  id: number; kind: 'person' | 'unit'; kind_name: string; name: string; area_id: number; area_name: string; workplace: string; strengths: string
  status: string; status_name: string; reason: string; done: number; asked_at: string; moves: string[]
}
export interface Task {
  id: number; title: string; text: string; area_name: string; minutes: number; wanted: number; taken: number; due_at: string
  status: string; status_name: string; can_take: boolean; my_claim_id: number | null; my_status_name: string | null; to_confirm: number | null; moves: string[]
}
export interface Claim {
  id: number; task_id: number; task_title: string; minutes: number; due_at: string; name: string | null; status: string; status_name: string
  proof: string; photos: OrderFile[]; reason: string; moves: string[]
}
export interface PledgeCard {
  id: number; kind: 'project' | 'promise'; kind_name: string; title: string; party: string; area_name: string; status: string; status_name: string
  steps_done: number; steps: number; next_due: string | null; is_late: boolean; created_at: string
}
export interface PledgeStep {
  id: number; title: string; due_on: string; is_late: boolean; status: string; status_name: string; proof: string; photos: OrderFile[]; reason: string
  yes: number; no: number; my_voice: boolean | null; can_speak: boolean; voices: { id: number; is_kept: boolean; text: string; said_at: string }[]; moves: string[]
}
export interface Pledge extends PledgeCard { text: string; wanted: number; reason: string; is_mine: boolean; step_list: PledgeStep[]; moves: string[] }
export interface Wall { projects: number; promises: number; kept: number; steps_confirmed: number; voices: number }

export const bookings = {
  mine: (state: string) => (cursor?: Cursor) => client.get<Page<Booking>>('/bookings', { state, cursor, limit: 20 }),
  move: (id: number, name: string) => client.post<Booking>(`/bookings/${id}/${name}`, {}),
  scan: (code: string, at: Place | null) => client.post<Booking>('/bookings/scan', { code, at }),
  here: (id: number, at: Place, direction: 'in' | 'out') => client.post<Booking>(`/bookings/${id}/here`, { at, direction }),
}
/** 1e-6 degrees */
export interface Place { latitude: number; longitude: number }

const P = '/volunteering'
export const volunteering = {
  projects: (filter: { area_id?: number; hosted?: boolean; over?: boolean; category?: string }) =>
    (cursor?: Cursor) => client.get<Page<ProjectCard>>(`${P}/projects`, { ...filter, cursor, limit: 20 }),
  get: (id: number) => client.get<Project>(`${P}/projects/${id}`),
  ofCode: (scene: string) => client.get<Project>(`${P}/code`, { scene }),
  create: (body: object, key: string) => client.post<Project>(`${P}/projects`, body, { key }),
  change: (id: number, body: object) => client.put<Project>(`${P}/projects/${id}`, body),
  end: (id: number) => client.post<Project>(`${P}/projects/${id}/end`, {}),
  callOff: (id: number, reason: string) => client.post<Project>(`${P}/projects/${id}/call-off`, { reason }),
  poster: (id: number) => client.download(`${P}/projects/${id}/poster`),
  addShifts: (id: number, body: object, key: string) => client.post<Project>(`${P}/projects/${id}/shifts`, body, { key }),
  book: (slot: number, key: string) => client.post<Booking>(`${P}/shifts/${slot}/book`, {}, { key }),
  changeShift: (slot: number, body: object) => client.put<Slot>(`${P}/shifts/${slot}`, body),
  moveShift: (slot: number, name: string, body: object) => client.post<Slot>(`${P}/shifts/${slot}/${name}`, body),
  guests: (slot: number) => (cursor?: Cursor) => client.get<Page<Guest>>(`${P}/shifts/${slot}/guests`, { cursor }),
  moveGuest: (slot: number, guest: number, name: string, body: object) => client.post<Guest>(`${P}/shifts/${slot}/guests/${guest}/${name}`, body),
  door: (slot: number, direction: string) => client.get<Door>(`${P}/shifts/${slot}/door`, { direction }),
  hours: (id: number, status?: string) => (cursor?: Cursor) => client.get<Page<Hour>>(`${P}/projects/${id}/hours`, { status, cursor, limit: 20 }),
  confirmAll: (id: number) => client.post<{ confirmed: number; left: number }>(`${P}/projects/${id}/hours/confirm`, {}),
  moveHour: (id: number, name: string, body: object) => client.post<Hour>(`${P}/hours/${id}/${name}`, body),
}
export const hours = {
  mine: (cursor?: Cursor) => client.get<Page<Hour>>('/hours', { cursor, limit: 20 }),
  sum: () => client.get<HoursSum>('/hours/sum'),
  certificates: () => client.get<Page<Certificate>>('/certificates'),
  issue: (since: string, until: string, key: string) => client.post<Certificate>('/certificates', { since, until }, { key }),
  paper: (id: number) => client.download(`/certificates/${id}/pdf`),
  check: (number: string, name: string | null) => client.post<Check>('/certificates/check', { number, name }),
}
export const teams = {
  list: (filter: { area_id?: number; mine?: boolean; waiting?: boolean }) =>
    (cursor?: Cursor) => client.get<Page<Team>>('/teams', { ...filter, cursor, limit: 20 }),
  get: (id: number) => client.get<Team>(`/teams/${id}`),
  found: (body: object, key: string) => client.post<Team>('/teams', body, { key }),
  change: (id: number, body: object) => client.put<Team>(`/teams/${id}`, body),
  members: (id: number) => client.get<Page<Member>>(`/teams/${id}/members`),
  move: (id: number, name: string, body: object = {}) => client.post<Team>(`/teams/${id}/${name}`, body),
  moveMember: (id: number, member: number, name: string) => client.post<Member>(`/teams/${id}/members/${member}/${name}`, {}),
}
const R = '/report-ins'
export const reportIns = {
  list: (status?: string) => (cursor?: Cursor) => client.get<Page<Report>>(R, { status, cursor, limit: 20 }),
  mine: () => client.get<Page<Report>>(`${R}/mine`),
  report: (body: object, key: string) => client.post<Report>(R, body, { key }),
  move: (id: number, name: string, body: object = {}) => client.post<Report>(`${R}/${id}/${name}`, body),
  tasks: (over = false) => (cursor?: Cursor) => client.get<Page<Task>>(`${R}/tasks`, { over, cursor, limit: 20 }),
  openTask: (body: object, key: string) => client.post<Task>(`${R}/tasks`, body, { key }),
  closeTask: (id: number) => client.post<Task>(`${R}/tasks/${id}/close`, {}),
  take: (id: number, key: string) => client.post<Claim>(`${R}/tasks/${id}/take`, {}, { key }),
  claims: (id: number) => client.get<Page<Claim>>(`${R}/tasks/${id}/claims`, { limit: 100 }),
  myClaims: (cursor?: Cursor) => client.get<Page<Claim>>(`${R}/claims`, { cursor, limit: 20 }),
  moveClaim: (id: number, name: string, body: object = {}) => client.post<Claim>(`${R}/claims/${id}/${name}`, body),
}
export const pledges = {
  list: (filter: { area_id?: number; kind?: string; mine?: boolean; waiting?: boolean }) =>
    (cursor?: Cursor) => client.get<Page<PledgeCard>>('/pledges', { ...filter, cursor, limit: 20 }),
  wall: (area_id: number) => client.get<Wall>('/pledges/wall', { area_id }),
  get: (id: number) => client.get<Pledge>(`/pledges/${id}`),
  promise: (body: object, key: string) => client.post<Pledge>('/pledges', body, { key }),
  move: (id: number, name: string, body: object = {}) => client.post<Pledge>(`/pledges/${id}/${name}`, body),
  moveStep: (id: number, name: string, body: object = {}) => client.post<Pledge>(`/pledges/steps/${id}/${name}`, body),
}
