/** A survey's questions while they are written: options as lines of text or as pictures. */
import { newKey, type StoredFile } from '@/api'
import type { Question, QuestionKind } from '@/api/surveys'
import { usePhotos, type Photos } from '@/kit/photos'

export interface PictureOption { key: string; text: string; photos: Photos }
export interface Draft {
  key: string; kind: QuestionKind; title: string; options: string; rows: string; pictures: PictureOption[]
  /** how many pictures may be chosen */
  most: string
  is_required: boolean
  /** `q1:o2`: asked only after that option */
  after: string
  /** as it was kept, with bounds and hints that are not written here */
  was?: Question
}
export const KINDS: { key: QuestionKind; name: string }[] = [
  { key: 'single', name: '单选' }, { key: 'multiple', name: '多选' }, { key: 'picture', name: '看图选' }, { key: 'scale', name: '打分' }, { key: 'number', name: '数字' },
  { key: 'text', name: '文字' }, { key: 'date', name: '日期' }, { key: 'ranking', name: '排序' }, { key: 'matrix', name: '矩阵' },
]
const WITH_LINES = ['single', 'multiple', 'ranking', 'matrix']

export const hasLines = (q: Draft) => WITH_LINES.includes(q.kind)
export const lines = (text: string) => text.split('\n').map(l => l.trim()).filter(Boolean)
export const picture = (text = ''): PictureOption => ({ key: newKey(), text, photos: usePhotos(1) })

export const fresh = (number: number): Draft => ({
  key: `q${number}`, kind: 'single', title: '', options: '', rows: '', pictures: [picture(), picture()], most: '1', is_required: true, after: '',
})

/** Whether everything is written that a question of its kind needs. */
export function isWhole(q: Draft): boolean {
  if (!q.title.trim()) return false
  if (q.kind === 'picture') return q.pictures.length > 1 && q.pictures.every(o => o.text.trim() && o.photos.list.length)
  return !hasLines(q) || lines(q.options).length > 1
}

/** As the API wants it; null when a picture did not get there. */
export async function built(q: Draft): Promise<Partial<Question> | null> {
  const [question, option] = q.after.split(':')
  const options = q.kind === 'picture' ? await pictured(q) : hasLines(q) ? lines(q.options).map((text, i) => ({ key: `o${i + 1}`, text: text.replace(/\*$/, ''), is_open: text.endsWith('*') })) : []
  if (!options) return null
  return {
    ...(q.was?.kind === q.kind ? q.was : {}),
    key: q.key, kind: q.kind, title: q.title.trim(), is_required: q.is_required, options,
    rows: q.kind === 'matrix' ? lines(q.rows).map((text, i) => ({ key: `r${i + 1}`, text })) : [],
    show_if: option ? [{ question, any_of: [option] }] : [],
    ...(q.kind === 'picture' ? { most: Math.min(Number(q.most), q.pictures.length) } : {}),
  }
}

async function pictured(q: Draft) {
  const files = await Promise.all(q.pictures.map(o => o.photos.settle()))
  if (files.some(ids => !ids.length)) return null
  return q.pictures.map((o, i) => ({ key: `o${i + 1}`, text: o.text.trim(), file_id: files[i][0] }))
}

/** A question of a draft that is kept, to be written on. */
export function taken(q: Question, all: Question[], files: StoredFile[]): Draft {
  const from = q.show_if[0]
  const source = all.find(s => s.key === from?.question)
  const place = source ? source.options.findIndex(o => from.any_of.includes(o.key)) + 1 : 0
  const pictures = q.kind === 'picture' ? q.options.map(o => {
    const [one, file] = [picture(o.text), files.find(f => f.id === o.file_id)]
    if (file) one.photos.restore([file])
    return one
  }) : [picture(), picture()]
  return {
    key: q.key, kind: q.kind, title: q.title, is_required: q.is_required, was: q, after: place ? `${from.question}:o${place}` : '', pictures,
    most: String(q.most ?? 1), options: q.options.map(o => o.text + (o.is_open ? '*' : '')).join('\n'), rows: q.rows.map(r => r.text).join('\n'),
  }
}
