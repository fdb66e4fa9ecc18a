/**
 * WeChat's stand-in for H5: codes, consent and messages come from the WeChat mock's control plane,
 * what WeChat would ask on the screen is asked by demo/panels.ts (loaded only when needed).
 */
import { demo, rows, type Consent, type SampleCode } from '../api'
import type { PayParams } from '../api/pay'
import { setOnline } from '../network'
import { PHONE, storage } from '../storage'
import { control } from '../demo/control'
import { MOCK_POINT, mockState, saveMock } from '../demo/state'
import type { NamedPoint, Platform, Point } from './types'

const panels = () => import('../demo/panels')

/** The mock may be named by a loopback address while the page was opened by another name. */
function reachable(url: string): string {
  const address = new URL(url, window.location.href)
  if (/^(127\.|localhost$|0\.0\.0\.0$)/.test(address.hostname)) address.hostname = window.location.hostname
  return address.href.replace(/\/$/, '')
}

/** Who this phone belongs to: kept, else the first sample person of its side, else a newcomer. */
async function openid(): Promise<string> {
  if (mockState.openid) return mockState.openid
  const people = rows(await demo.people().catch(() => []))
  const person = people.find(p => p.phone_side === PHONE) ?? (PHONE ? undefined : people.find(p => p.phone_side === 'resident'))
  mockState.openid = person?.openid ?? `o-guest-${Math.random().toString(36).slice(2, 12)}`
  saveMock()
  return mockState.openid
}

const signal = () => setOnline(mockState.signal && navigator.onLine)

async function start(): Promise<void> {
  window.addEventListener('online', signal)
  window.addEventListener('offline', signal)
  const info = await demo.info().catch(() => null)
  mockState.url = info ? reachable(info.wechat_mock_url) : storage.get<string>('mock.url') ?? ''
  storage.set('mock.url', mockState.url)
  signal()
  if (mockState.url) void import('../demo/phone').then(m => m.startDemo(signal))
  // WeChat's own are always there; these must be before the signal goes
  setTimeout(() => { for (const part of [panels, kept, () => import('../demo/pay')]) part().catch(() => undefined) }, 3000)
}

async function login(): Promise<string> {
  if (!mockState.url) throw new Error('请在微信里打开')
  const { code } = await control<{ code: string }>('/login-code', { openid: await openid() })
  return code
}

async function phoneCode(): Promise<string | null> {
  const id = await openid()
  const phone = await (await panels()).askPhone(id)
  if (!phone) return null
  return (await control<{ code: string }>('/phone-code', { openid: id, phone })).code
}

async function scan(): Promise<string | null> {
  const codes: SampleCode[] = rows(await demo.codes().catch(() => []))
  return (await panels()).askScan(codes)
}

async function subscribe(templates: { id: string; title: string }[]): Promise<Record<string, Consent>> {
  const asked = templates.slice(0, 3)
  const allowed = mockState.consent === 'ask'
    ? await (await panels()).askSubscribe(asked)
    : mockState.consent === 'always' ? asked.map(t => t.id) : []
  const results = Object.fromEntries(asked.map(t => [t.id, allowed.includes(t.id) ? 'accept' : 'reject'])) as Record<string, Consent>
  if (asked.length) await control('/subscribe', { openid: await openid(), results })
  return results
}

const locate = async (): Promise<Point | null> => ({ ...MOCK_POINT })

const choosePoint = async (near: Point | null): Promise<NamedPoint | null> =>
  (await panels()).askPoint(near ?? MOCK_POINT)

const chooseImages = (count: number, source: 'camera' | 'album' | 'both') => new Promise<string[]>(resolve =>
  uni.chooseImage({
    count,
    sourceType: source === 'both' ? ['camera', 'album'] : [source],
    success: r => resolve([...(r.tempFilePaths as string[])].slice(0, count)),
    fail: () => resolve([]),
  }))

async function compress(path: string): Promise<string> {
  const LONG = 1600
  try {
    const bitmap = await createImageBitmap(await (await fetch(path)).blob())
    const scale = Math.min(1, LONG / Math.max(bitmap.width, bitmap.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(bitmap.width * scale)
    canvas.height = Math.round(bitmap.height * scale)
    canvas.getContext('2d')!.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
    const blob = await new Promise<Blob | null>(done => canvas.toBlob(done, 'image/jpeg', .82))
    return blob ? URL.createObjectURL(blob) : path
  } catch {
    return path // not a picture the browser can read: the server will say so
  }
}

const kept = () => import('../demo/kept')
const keepPhoto = async (path: string) => (await kept()).keep(path)
const keptPhoto = async (name: string) => (await kept()).take(name)
const dropPhoto = async (name: string) => (await kept()).drop(name)
const keptPhotos = async () => (await kept()).names()

const call = async (phone: string) => (await panels()).askCall(phone)

function recorder() {
  let live: import('../demo/sound').Sound | null = null
  return {
    start: async () => { live = await (await import('../demo/sound')).record() },
    stop: async () => live!.stop(),
    cancel: () => { live?.cancel() },
  }
}

const requestPayment = async (params: PayParams) => (await import('../demo/pay')).pay(params, await openid())

function save(url: string, name: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
}

const chooseSheet = () => new Promise<string | null>(resolve => uni.chooseFile({
  count: 1,
  extension: ['.xlsx', '.csv'],
  success: r => resolve((r.tempFilePaths as string[])[0] ?? null),
  fail: () => resolve(null),
}))

const randomBytes = async (count: number) => crypto.getRandomValues(new Uint8Array(count))

const openPdf = async (path: string, name: string) => save(path, name)

const saveText = async (name: string, text: string) =>
  save(URL.createObjectURL(new Blob([text], { type: 'application/json' })), name)

const OWNERS: Record<string, string> = { resident: '（居民）', worker: '（社工）', property: '（物业）' }

export const mock: Platform = {
  name: 'mock', phoneButton: false,
  start, login, phoneCode, scan, subscribe, locate, choosePoint, chooseImages, compress,
  call, keepPhoto, keptPhoto, dropPhoto, keptPhotos, recorder, requestPayment, openPdf, openSheet: openPdf, chooseSheet, saveText, randomBytes,
  device: () => `演示手机${OWNERS[PHONE] ?? ''}`,
}
