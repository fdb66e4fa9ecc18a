/** A voice note: recorded, sent, kept as an id. */
import { reactive } from 'vue'
import { explain, files, newKey, type StoredFile } from '../api'
import { platform } from '../platform'

export const LONGEST = 60 // seconds

export interface Voice {
  state: 'none' | 'recording' | 'sending' | 'sent' | 'failed'
  seconds: number
  src: string
  problem: string
  file: StoredFile | null
  start(): Promise<void>
  stop(): Promise<void>
  cancel(): void
  send(): Promise<void>
  remove(): void
  restore(file: StoredFile): void
}

export function useVoice(): Voice {
  const recorder = platform.recorder()
  let timer: ReturnType<typeof setInterval> | undefined
  let key = newKey()

  const voice: Voice = reactive({
    state: 'none',
    seconds: 0,
    src: '',
    problem: '',
    file: null,
    async start() {
      try {
        await recorder.start()
      } catch {
        voice.problem = '没有麦克风的权限，可以在设置里打开'
        return
      }
      Object.assign(voice, { state: 'recording', seconds: 0, problem: '' })
      timer = setInterval(() => { if (++voice.seconds >= LONGEST) void voice.stop() }, 1000)
    },
    async stop() {
      if (voice.state !== 'recording') return
      clearInterval(timer)
      voice.state = 'sending'
      const recording = await recorder.stop()
      Object.assign(voice, { src: recording.path, seconds: recording.seconds })
      await voice.send()
    },
    cancel() {
      clearInterval(timer)
      if (voice.state === 'recording') recorder.cancel()
      voice.state = 'none'
    },
    async send() {
      voice.state = 'sending'
      try {
        voice.file = await files.upload(voice.src, 'order', key)
        voice.state = 'sent'
      } catch (error) {
        voice.problem = explain(error)
        voice.state = 'failed'
      }
    },
    remove() {
      key = newKey()
      Object.assign(voice, { state: 'none', seconds: 0, src: '', file: null, problem: '' })
    },
    restore(file: StoredFile) {
      Object.assign(voice, { state: 'sent', file, src: file.url, seconds: file.seconds ?? 0 })
    },
  }) as Voice
  return voice
}
