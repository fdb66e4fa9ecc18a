/**
 * What the app wants of WeChat. Everything else of `uni.*` behaves alike on both sides; these do not,
 * so they are called through here only. A person's refusal is `null`, never an exception.
 */
import type { PayParams } from '../api/pay'
import type { Consent } from '../api/types'

/** Degrees. */
export interface Point { latitude: number; longitude: number }
export interface NamedPoint extends Point { name: string }
export interface Recording { path: string; seconds: number }

export interface Recorder {
  /** Rejects when the microphone is refused. */
  start(): Promise<void>
  stop(): Promise<Recording>
  cancel(): void
}

export interface Platform {
  name: 'weixin' | 'mock'
  /** Called once at launch: network state, the mock's control plane. */
  start(): Promise<void>
  login(): Promise<string>
  /** The code of WeChat's own phone button: the `getphonenumber` event's detail, or the mock's. */
  phoneCode(event: unknown): Promise<string | null>
  /** Whether WeChat's phone button must be used (`open-type`), or a tap is enough (mock). */
  phoneButton: boolean
  /** Content of a scanned code; null when the person gave up. */
  scan(): Promise<string | null>
  /** ≤ 3 templates, only right after a tap. */
  subscribe(templates: { id: string; title: string }[]): Promise<Record<string, Consent>>
  locate(): Promise<Point | null>
  choosePoint(near: Point | null): Promise<NamedPoint | null>
  chooseImages(count: number, source: 'camera' | 'album' | 'both'): Promise<string[]>
  /** Dials; false when the person thought better of it. */
  call(phone: string): Promise<boolean>
  /** Photos that must outlive the page, until there is a signal: `keepPhoto` names one, `keptPhoto` gives its path. */
  keepPhoto(path: string): Promise<string>
  keptPhoto(name: string): Promise<string | null>
  dropPhoto(name: string): Promise<void>
  keptPhotos(): Promise<string[]>
  /** A smaller copy of the picture for the upload (long side ≤ 1600, JPEG). */
  compress(path: string): Promise<string>
  recorder(): Recorder
  /**
   * WeChat's pay sheet for a prepaid order; resolves to WeChat's own word: `requestPayment:ok`,
   * `requestPayment:fail cancel`, `requestPayment:fail …`. Whether money moved, only the server knows.
   */
  requestPayment(params: PayParams): Promise<string>
  /** Shows a PDF that lies on this phone. */
  openPdf(path: string, name: string): Promise<void>
  /** Shows a spreadsheet that lies on this phone, to be kept or sent on. */
  openSheet(path: string, name: string): Promise<void>
  /** A spreadsheet (.xlsx, .csv) of the person's choice: where it lies on this phone; null when they gave up. */
  chooseSheet(): Promise<string | null>
  /** Saves text as a file a person can keep or send on. */
  saveText(name: string, text: string): Promise<void>
  /** So many bytes by chance that nobody can guess. */
  randomBytes(count: number): Promise<Uint8Array>
  device(): string
}
