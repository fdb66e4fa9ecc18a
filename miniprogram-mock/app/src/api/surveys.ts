/** Surveys: only their own pages load this. */
import { client } from './client'
import type { Page, StoredFile } from './types'

export type QuestionKind = 'single' | 'multiple' | 'picture' | 'scale' | 'number' | 'text' | 'date' | 'ranking' | 'matrix'
export interface Option { key: string; text: string; file_id?: number | null; is_open?: boolean }
export interface Condition { question: string; any_of: string[]; at_least?: number | null; at_most?: number | null }
export interface Question {
  key: string
  kind: QuestionKind
  title: string
  hint: string
  is_required: boolean
  options: Option[]
  rows: Option[]
  low: number | null
  high: number | null
  least: number | null
  most: number | null
  places: number
  low_label: string
  high_label: string
  show_if: Condition[]
}
export interface SurveyCard {
  id: number
  title: string
  area_name: string
  status: 'draft' | 'open' | 'closed' | 'dropped'
  status_name: string
  per: 'person' | 'dwelling'
  per_name: string
  is_anonymous: boolean
  count: number
  answers: number
  has_answered: boolean
  closes_at: string | null
  version: number
}
export interface Survey extends SurveyCard {
  area_id: number
  intro: string
  reach: 'residents' | 'everyone'
  is_public: boolean
  questions: Question[]
  pictures: StoredFile[]
  why_not: string
  may_see_results: boolean
  moves: string[]
}
export interface Count { key: string; text: string; count: number; mean: string | null }
export interface QuestionResult {
  key: string
  kind: QuestionKind
  title: string
  answered: number
  options: Count[]
  rows: { key: string; text: string; options: Count[] }[]
  mean: string | null
  median: string | null
  low: string | null
  high: string | null
  texts: string[]
}
export interface Results { survey_id: number; answers: number; is_hidden: boolean; questions: QuestionResult[] }
export type Value = string | number | string[] | Record<string, string>
export type Sheet = Record<string, Value>
export interface NewSurvey {
  area_id: number
  title: string
  intro: string
  questions: Partial<Question>[]
  per: 'person' | 'dwelling'
  reach: 'residents' | 'everyone'
  is_anonymous: boolean
  is_public: boolean
  closes_at: string | null
}

export const surveys = {
  list: (state: 'open' | 'over' | 'managed', area_id?: number, cursor?: string | null) =>
    client.get<Page<SurveyCard>>('/surveys', { state, area_id, cursor, limit: 20 }),
  get: (id: number) => client.get<Survey>(`/surveys/${id}`),
  scan: (scene: string) => client.get<Survey>('/surveys/scan', { scene }),
  create: (body: NewSurvey, key: string) => client.post<Survey>('/surveys', body, { key }),
  edit: (id: number, body: NewSurvey & { version: number }) => client.put<Survey>(`/surveys/${id}`, body),
  move: (id: number, move: string, version: number) => client.post<Survey>(`/surveys/${id}/${move}`, { version }),
  answer: (id: number, answers: Sheet, dwelling_id?: number) => client.post<Survey>(`/surveys/${id}/answers`, { answers, dwelling_id }),
  results: (id: number) => client.get<Results>(`/surveys/${id}/results`),
  export: (id: number) => client.download(`/surveys/${id}/export`),
  poster: (id: number) => client.download(`/surveys/${id}/poster`),
}
