/** WeChat itself. Compiled into mp-weixin only. */
import type { PayParams } from '../api/pay'
import type { Consent } from '../api/types'
import { setOnline } from '../network'
import type { NamedPoint, Platform, Point, Recording } from './types'

async function start(): Promise<void> {
  uni.onNetworkStatusChange(s => setOnline(s.isConnected))
  const state = await uni.getNetworkType()
  setOnline(state.networkType !== 'none')
}

const login = () => new Promise<string>((resolve, reject) =>
  uni.login({ provider: 'weixin', success: r => resolve(r.code), fail: reject }))

async function phoneCode(event: unknown): Promise<string | null> {
  return (event as { detail?: { code?: string } } | null)?.detail?.code ?? null
}

const scan = () => new Promise<string | null>(resolve => uni.scanCode({
  // a mini-program code gives `path` (with ?scene=…), an ordinary QR gives `result`
  success: r => resolve((r as { path?: string }).path || r.result),
  fail: () => resolve(null),
}))

const subscribe = (templates: { id: string }[]) => new Promise<Record<string, Consent>>(resolve =>
  uni.requestSubscribeMessage({
    tmplIds: templates.map(t => t.id).slice(0, 3),
    success: r => {
      const answers = r as unknown as Record<string, Consent>
      resolve(Object.fromEntries(templates.filter(t => answers[t.id]).map(t => [t.id, answers[t.id]])))
    },
    fail: () => resolve({}),
  }))

const locate = () => new Promise<Point | null>(resolve => uni.getLocation({
  type: 'gcj02',
  success: r => resolve({ latitude: r.latitude, longitude: r.longitude }),
  fail: () => resolve(null),
}))

const choosePoint = (near: Point | null) => new Promise<NamedPoint | null>(resolve => uni.chooseLocation({
  ...(near ? { latitude: near.latitude, longitude: near.longitude } : {}),
  success: r => resolve({ name: r.name || r.address, latitude: r.latitude, longitude: r.longitude }),
  fail: () => resolve(null),
}))

const chooseImages = (count: number, source: 'camera' | 'album' | 'both') => new Promise<string[]>(resolve =>
  uni.chooseMedia({
    count,
    mediaType: ['image'],
    sizeType: ['compressed'],
    sourceType: source === 'both' ? ['camera', 'album'] : [source],
    success: r => resolve(r.tempFiles.map(f => f.tempFilePath)),
    fail: () => resolve([]),
  }))

const compress = (path: string) => new Promise<string>(resolve => uni.compressImage({
  src: path,
  quality: 80,
  compressedWidth: 1600,
  success: r => resolve(r.tempFilePath),
  fail: () => resolve(path), // the original is still a picture
}))

const call = (phone: string) => new Promise<boolean>(resolve => uni.makePhoneCall({
  phoneNumber: phone,
  success: () => resolve(true),
  fail: () => resolve(false),
}))

const KEPT = 'kept-'
const keptPath = (name: string) => `${wx.env.USER_DATA_PATH}/${name}`

const keepPhoto = (path: string) => new Promise<string>((resolve, reject) => {
  const name = `${KEPT}${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}.jpg`
  wx.getFileSystemManager().saveFile({ tempFilePath: path, filePath: keptPath(name), success: () => resolve(name), fail: reject })
})

async function keptPhoto(name: string): Promise<string | null> {
  try {
    wx.getFileSystemManager().accessSync(keptPath(name))
    return keptPath(name)
  } catch {
    return null // cleaned away by WeChat
  }
}

async function dropPhoto(name: string): Promise<void> {
  try { wx.getFileSystemManager().unlinkSync(keptPath(name)) } catch { /* gone already */ }
}

const keptPhotos = async () =>
  wx.getFileSystemManager().readdirSync(wx.env.USER_DATA_PATH).filter(name => name.startsWith(KEPT))

function recorder() {
  const manager = uni.getRecorderManager()
  return {
    start: () => new Promise<void>((resolve, reject) => {
      manager.onStart(() => resolve())
      manager.onError(reject)
      manager.start({ duration: 60_000, format: 'mp3', sampleRate: 16_000, numberOfChannels: 1, encodeBitRate: 48_000 })
    }),
    stop: () => new Promise<Recording>((resolve, reject) => {
      manager.onStop(r => {
        const { tempFilePath, duration } = r as { tempFilePath: string; duration?: number }
        resolve({ path: tempFilePath, seconds: Math.max(1, Math.round((duration ?? 0) / 1000)) })
      })
      manager.onError(reject)
      manager.stop()
    }),
    cancel: () => manager.stop(),
  }
}

const requestPayment = (params: PayParams) => new Promise<string>(resolve =>
  wx.requestPayment({ ...params, complete: r => resolve(r.errMsg) }))

const randomBytes = (count: number) => new Promise<Uint8Array>((resolve, reject) =>
  wx.getRandomValues({ length: count, success: r => resolve(new Uint8Array(r.randomValues)), fail: reject }))

const openPdf = (path: string) => new Promise<void>((resolve, reject) =>
  uni.openDocument({ filePath: path, fileType: 'pdf', showMenu: true, success: () => resolve(), fail: reject }))

const openSheet = (path: string) => new Promise<void>((resolve, reject) =>
  uni.openDocument({ filePath: path, fileType: 'xlsx', showMenu: true, success: () => resolve(), fail: reject }))

/** Out of a chat: where files are on a phone with WeChat. */
const chooseSheet = () => new Promise<string | null>(resolve => wx.chooseMessageFile({
  count: 1,
  type: 'file',
  extension: ['xlsx', 'csv'],
  success: r => resolve(r.tempFiles[0]?.path ?? null),
  fail: () => resolve(null),
}))

async function saveText(name: string, text: string): Promise<void> {
  const path = `${wx.env.USER_DATA_PATH}/${name}`
  wx.getFileSystemManager().writeFileSync(path, text, 'utf8')
  await new Promise<void>(resolve => wx.shareFileMessage({ filePath: path, fileName: name, complete: () => resolve() }))
}

function device(): string {
  const d = uni.getDeviceInfo()
  return `${d.deviceBrand ?? ''} ${d.deviceModel ?? ''}`.trim().slice(0, 60) || '微信'
}

export const weixin: Platform = {
  name: 'weixin', phoneButton: true,
  start, login, phoneCode, scan, subscribe, locate, choosePoint, chooseImages, compress,
  call, keepPhoto, keptPhoto, dropPhoto, keptPhotos, recorder, requestPayment, openPdf, openSheet, chooseSheet, saveText, randomBytes, device,
}
