/**
 * The one way to the server: JSON in and out, bearer token, one silent new login after a 401,
 * an Idempotency-Key on every write (the same one on every retry), problems as ApiError.
 */
import { network } from '../network'
import { storage } from '../storage'
import { ApiError, offline, problemFrom } from './problem'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
type Query = Record<string, string | number | boolean | null | undefined>

export interface Options {
  query?: Query
  body?: object
  /** Idempotency-Key; give your own to keep it across a person's retries (a form, an offline queue). */
  key?: string
  /** Send without the token: used while logging in. */
  anonymous?: boolean
}

export interface UploadOptions { purpose?: 'order' | 'avatar'; key?: string; onProgress?: (percent: number) => void }

const ORIGIN = import.meta.env.VITE_API_BASE ?? ''
const BASE = '/api/v1'
const TIMEOUT = 12_000
const UPLOAD_TIMEOUT = 60_000
const RETRY_AFTER = [500, 1500] // ms; only for what may safely be sent again

let token = storage.get<string>('token') ?? ''
let relogin: (() => Promise<boolean>) | null = null

export const auth = {
  get token() { return token },
  set(value: string) {
    token = value
    if (value) storage.set('token', value)
    else storage.remove('token')
  },
  /** How to get a new token without asking anybody; session.ts says so. */
  onExpired(login: () => Promise<boolean>) { relogin = login },
  /** Gets a new token now; false when that failed. */
  renew: (): Promise<boolean> => relogin?.() ?? Promise.resolve(false),
}

/** 26 printable characters, unique enough to name one write of one phone. */
export function newKey(): string {
  const random = () => Math.random().toString(36).slice(2, 11).padEnd(9, '0')
  return `${Date.now().toString(36)}${random()}${random()}`
}

/** Absolute address of something the server named relatively (files, avatars). */
export function absolute(url: string | null | undefined): string {
  if (!url) return ''
  if (!url.startsWith('/')) return url
  // #ifdef H5
  if (!ORIGIN) return window.location.origin + url // uni would read "/…" as relative to the app's base
  // #endif
  return ORIGIN + url
}

/** Address of the live WebSocket. */
export function liveAddress(): string {
  // #ifdef H5
  if (!ORIGIN) return `${window.location.origin.replace(/^http/, 'ws')}${BASE}/live`
  // #endif
  return `${ORIGIN.replace(/^http/, 'ws')}${BASE}/live`
}

function address(path: string, query?: Query): string {
  const pairs = Object.entries(query ?? {}).filter(([, v]) => v !== undefined && v !== null && v !== '')
  const text = pairs.map(([k, v]) => `${k}=${encodeURIComponent(String(v))}`).join('&')
  return `${ORIGIN}${BASE}${path}${text ? `?${text}` : ''}`
}

function headers(options: { key?: string; anonymous?: boolean }): Record<string, string> {
  const header: Record<string, string> = { Accept: 'application/json' }
  if (token && !options.anonymous) header.Authorization = `Bearer ${token}`
  if (options.key) header['Idempotency-Key'] = options.key
  return header
}

function sendOnce<T>(method: Method, path: string, options: Options): Promise<T> {
  if (!network.online) return Promise.reject(offline('no_network'))
  const header = headers(options)
  let sent: Method = method
  // #ifdef MP-WEIXIN
  if (method === 'PATCH') { // wx.request does not know PATCH
    sent = 'POST'
    header['X-HTTP-Method-Override'] = 'PATCH'
  }
  // #endif
  return new Promise((resolve, reject) => {
    uni.request({
      url: address(path, options.query),
      method: sent as 'GET', // uni's type forgets PATCH
      data: options.body,
      header: options.body ? { ...header, 'Content-Type': 'application/json' } : header,
      timeout: TIMEOUT,
      success: r => (r.statusCode < 300 ? resolve(r.data as T) : reject(problemFrom(r.statusCode, r.data))),
      fail: e => reject(offline(/timeout/i.test(e.errMsg ?? '') ? 'timeout' : 'unreachable')),
    })
  })
}

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
const mayRepeat = (e: unknown) => e instanceof ApiError && (e.code === 'timeout' || e.code === 'unreachable' || e.status === 503)

/** Sends, and sends again after a lost answer; once more after a silent login. */
async function patiently<T>(send: () => Promise<T>, anonymous = false): Promise<T> {
  let tries = 0
  let loggedIn = anonymous
  for (;;) {
    try {
      return await send()
    } catch (error) {
      if (error instanceof ApiError && error.status === 401 && !loggedIn && relogin) {
        loggedIn = true
        if (await relogin()) continue
      }
      if (!mayRepeat(error) || tries >= RETRY_AFTER.length) throw error
      await pause(RETRY_AFTER[tries++])
    }
  }
}

function call<T>(method: Method, path: string, options: Options = {}): Promise<T> {
  const keyed = method === 'GET' ? options : { ...options, key: options.key ?? newKey() }
  return patiently(() => sendOnce<T>(method, path, keyed), options.anonymous)
}

function uploadOnce<T>(path: string, filePath: string, options: UploadOptions): Promise<T> {
  if (!network.online) return Promise.reject(offline('no_network'))
  return new Promise((resolve, reject) => {
    const task = uni.uploadFile({
      url: address(path),
      filePath,
      name: 'file',
      formData: options.purpose ? { purpose: options.purpose } : {},
      header: headers(options),
      timeout: UPLOAD_TIMEOUT,
      success: r => {
        let body: unknown = null
        try { body = JSON.parse(r.data) } catch { /* not JSON: problemFrom says so */ }
        if (r.statusCode < 300 && body) resolve(body as T)
        else reject(problemFrom(r.statusCode, body))
      },
      fail: e => reject(offline(/timeout/i.test(e.errMsg ?? '') ? 'timeout' : 'unreachable')),
    })
    task?.onProgressUpdate?.(p => options.onProgress?.(p.progress))
  })
}

function downloadOnce(path: string): Promise<string> {
  if (!network.online) return Promise.reject(offline('no_network'))
  return new Promise((resolve, reject) => {
    uni.downloadFile({
      url: address(path),
      header: headers({}),
      timeout: UPLOAD_TIMEOUT,
      success: r => (r.statusCode < 300 ? resolve(r.tempFilePath) : reject(problemFrom(r.statusCode, null))),
      fail: e => reject(offline(/timeout/i.test(e.errMsg ?? '') ? 'timeout' : 'unreachable')),
    })
  })
}

export const client = {
  get: <T>(path: string, query?: Query) => call<T>('GET', path, { query }),
  post: <T>(path: string, body: object = {}, options: Options = {}) => call<T>('POST', path, { ...options, body }),
  put: <T>(path: string, body: object, options: Options = {}) => call<T>('PUT', path, { ...options, body }),
  patch: <T>(path: string, body: object, options: Options = {}) => call<T>('PATCH', path, { ...options, body }),
  delete: <T>(path: string, options: Options = {}) => call<T>('DELETE', path, options),
  upload: <T>(path: string, filePath: string, options: UploadOptions = {}) => {
    const keyed = { ...options, key: options.key ?? newKey() }
    return patiently(() => uploadOnce<T>(path, filePath, keyed))
  },
  /** A file of the server's: its path on this phone. */
  download: (path: string) => patiently(() => downloadOnce(path)),
}
