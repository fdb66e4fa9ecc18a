/** The report being written: its fields, the guess of its kind, its draft here and on the server. */
import { computed, reactive, ref, watch } from 'vue'
import {
  ApiError, newKey, orders, residents, rows,
  type Kind, type KindKey, type MyDwelling, type NewOrder, type OrderDetail, type Place, type Preview, type StoredFile,
} from '@/api'
import { usePhotos } from '@/kit/photos'
import { useVoice } from '@/kit/voice'
import { session } from '@/session'
import { storage } from '@/storage'

export interface PlaceChoice { key: string; label: string; hint: string; place: Place }

interface Draft {
  text: string
  kind: KindKey | null
  chosen: boolean
  answers: Record<string, string>
  placeText: string
  choice: PlaceChoice | null
  is_anonymous: boolean
  pictures: { id: number; url: string; thumb_url: string | null }[]
  voice: StoredFile | null
}

const GUESS_AFTER = 500 // ms of quiet before asking what kind this is
const SAVE_AFTER = 1500
const SHORTEST = 2 // characters that can mean something

export function useReport(first?: KindKey) {
  const kinds = ref<Kind[]>(storage.get<Kind[]>('kinds') ?? [])
  const dwellings = ref<MyDwelling[]>(storage.get<MyDwelling[]>('dwellings') ?? [])
  const preview = ref<Preview | null>(null)
  const photos = usePhotos()
  const voice = useVoice()
  const form = reactive({
    text: '',
    kind: (first ?? null) as KindKey | null,
    chosen: Boolean(first), // by the person, so the guess no longer changes it
    answers: {} as Record<string, string>,
    placeText: '',
    choice: null as PlaceChoice | null,
    is_anonymous: false,
  })
  let key = storage.get<string>('report.key') ?? newKey() // one report, one key: sent twice, it is made once
  storage.set('report.key', key)

  const kind = computed(() => kinds.value.find(k => k.key === form.kind) ?? null)
  const places = computed<PlaceChoice[]>(() => {
    // a binding that is not confirmed yet proves nothing: then it is the building that is named
    const own = dwellings.value.filter(d => d.status === 'confirmed' || d.status === 'pending').map(d => (d.status === 'confirmed'
      ? { key: `d${d.dwelling_id}`, label: d.place, hint: '我的房屋', place: { dwelling_id: d.dwelling_id } }
      : { key: `p${d.dwelling_id}`, label: d.place, hint: '我的房屋（待核实）', place: { area_id: d.unit_area_id ?? d.building_id, text: /[0-9A-Za-z-]+$/.exec(d.place)?.[0] } }))
    const here = session.place
      ? [{ key: `a${session.place.area_id}`, label: `${session.place.name}（公共区域）`, hint: '扫码或选择的社区', place: { area_id: session.place.area_id } }]
      : []
    return [...own, ...here]
  })

  /** Until the person picks a place: the first dwelling, else wherever the person is. */
  const picked = ref(false)
  watch(places, known => {
    if (picked.value && (form.choice?.key === 'map' || known.some(p => p.key === form.choice?.key))) return
    form.choice = known[0] ?? form.choice
  }, { immediate: true })

  function pick(choice: PlaceChoice) {
    form.choice = choice
    picked.value = true
  }

  let guessTimer: ReturnType<typeof setTimeout> | undefined
  let asked = 0
  async function guess() {
    const text = form.text.trim()
    const turn = ++asked
    if (text.length < SHORTEST) { preview.value = null; return }
    try {
      const answer = await orders.preview(text, form.chosen ? form.kind ?? undefined : undefined)
      if (turn !== asked) return
      preview.value = answer
      if (!form.chosen) form.kind = answer.kind
    } catch {
      // no signal: the person chooses, the promise is shown after sending
    }
  }
  watch(() => [form.text, form.kind, form.chosen], () => {
    clearTimeout(guessTimer)
    guessTimer = setTimeout(guess, GUESS_AFTER)
  })

  function choose(k: KindKey) {
    form.kind = k
    form.chosen = true
  }

  // ---- the draft
  const draft = (): Draft => ({
    ...JSON.parse(JSON.stringify(form)),
    pictures: photos.list.flatMap(p => (p.file ? [{ id: p.file.id, url: p.file.url, thumb_url: p.file.thumb_url }] : [])),
    voice: voice.file,
  })
  const isEmpty = computed(() => !form.text.trim() && !photos.list.length && !voice.file)
  let saveTimer: ReturnType<typeof setTimeout> | undefined
  let done = false

  function save() {
    clearTimeout(saveTimer)
    if (done) return
    if (isEmpty.value) return
    storage.set('draft', draft())
    saveTimer = setTimeout(() => { if (!done) orders.saveDraft({ ...body(), kind: form.chosen ? form.kind : null }).catch(() => undefined) }, SAVE_AFTER)
  }
  watch([form, photos.list, () => voice.file], save, { deep: true })

  function adopt(d: Partial<Draft>) {
    Object.assign(form, {
      text: d.text ?? '', answers: d.answers ?? {}, placeText: d.placeText ?? '', is_anonymous: d.is_anonymous ?? false,
    })
    if (d.choice) pick(d.choice)
    if (!first && d.kind) Object.assign(form, { kind: d.kind, chosen: d.chosen ?? true }) // the server keeps chosen kinds only
    if (d.pictures?.length) photos.restore(d.pictures)
    if (d.voice) voice.restore(d.voice)
  }

  /** This phone's draft, else what the server kept from another one. True when there was something. */
  async function restore(): Promise<boolean> {
    const local = storage.get<Draft>('draft')
    if (local) { adopt(local); return true }
    const kept = await orders.draft().catch(() => null)
    if (!kept?.text || !isEmpty.value) return false
    adopt({ text: kept.text, kind: kept.kind ?? null, answers: kept.answers, is_anonymous: kept.is_anonymous, placeText: kept.place?.text ?? '' })
    return true
  }

  function drop() {
    done = true
    clearTimeout(saveTimer)
    storage.remove('draft')
    storage.remove('report.key')
    orders.dropDraft().catch(() => undefined)
  }

  function clear() {
    storage.remove('draft')
    orders.dropDraft().catch(() => undefined)
    Object.assign(form, { text: '', kind: first ?? null, chosen: Boolean(first), answers: {}, placeText: '', is_anonymous: false })
    photos.list.splice(0)
    voice.remove()
    preview.value = null
  }

  // ---- what is missing, and sending
  function missing(): string | null {
    if (form.text.trim().length < SHORTEST && !voice.file) return '请说说是什么事'
    if (!form.kind) return '请选一下属于哪一类'
    const question = kind.value?.questions.find(q => q.required && !form.answers[q.key])
    if (question) return `请回答“${question.label}”`
    if (!form.choice && !form.placeText.trim()) return '请选一下在哪里'
    return null
  }

  function body(fileIds = photos.list.flatMap(p => (p.file ? [p.file.id] : []))): NewOrder {
    const asked_ = new Set(kind.value?.questions.map(q => q.key))
    return {
      kind: form.kind ?? 'repair',
      text: form.text.trim().length < SHORTEST ? '（见语音）' : form.text.trim(),
      answers: Object.fromEntries(Object.entries(form.answers).filter(([k, v]) => v && asked_.has(k))),
      place: { ...form.choice?.place, text: form.placeText.trim() || (form.choice?.key === 'map' ? form.choice.label : form.choice?.place.text ?? null) },
      file_ids: fileIds,
      voice_id: voice.file?.id ?? null,
      is_anonymous: form.is_anonymous,
    }
  }

  async function send(): Promise<OrderDetail> {
    const ids = await photos.settle()
    try {
      const order = await orders.report(body(ids), key)
      drop()
      return order
    } catch (error) {
      // a changed report is another write: only a lost answer may reuse the key
      if (!(error instanceof ApiError && error.isOffline)) storage.set('report.key', (key = newKey()))
      throw error
    }
  }

  async function load() {
    const [k, d] = await Promise.all([orders.kinds().catch(() => null), residents.dwellings().catch(() => null)])
    if (k) storage.set('kinds', (kinds.value = rows(k)))
    if (d) storage.set('dwellings', (dwellings.value = rows(d)))
  }

  return { form, kinds, kind, places, preview, photos, voice, choose, pick, load, restore, clear, missing, send, isEmpty }
}
