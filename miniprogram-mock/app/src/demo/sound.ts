/** A recorder for the browser: the microphone where there is one, else a short hum. Makes 16 kHz WAV. */
import type { Recording } from '../platform/types'

const RATE = 16_000

export interface Sound { stop(): Promise<Recording>; cancel(): void }

/** 16-bit mono WAV of samples in -1…1. */
function wav(samples: Float32Array): Blob {
  const view = new DataView(new ArrayBuffer(44 + samples.length * 2))
  const text = (at: number, letters: string) => [...letters].forEach((c, i) => view.setUint8(at + i, c.charCodeAt(0)))
  text(0, 'RIFF'); view.setUint32(4, 36 + samples.length * 2, true); text(8, 'WAVEfmt ')
  view.setUint32(16, 16, true); view.setUint16(20, 1, true); view.setUint16(22, 1, true)
  view.setUint32(24, RATE, true); view.setUint32(28, RATE * 2, true)
  view.setUint16(32, 2, true); view.setUint16(34, 16, true)
  text(36, 'data'); view.setUint32(40, samples.length * 2, true)
  samples.forEach((s, i) => view.setInt16(44 + i * 2, Math.max(-1, Math.min(1, s)) * 0x7fff, true))
  return new Blob([view], { type: 'audio/wav' })
}

const hum = (seconds: number) =>
  Float32Array.from({ length: Math.round(seconds * RATE) }, (_, i) => .2 * Math.sin((i / RATE) * 2 * Math.PI * 220))

async function toWav(recorded: Blob, seconds: number): Promise<Blob> {
  try {
    const context = new OfflineAudioContext(1, Math.max(1, Math.ceil(seconds * RATE)), RATE)
    const source = context.createBufferSource()
    source.buffer = await context.decodeAudioData(await recorded.arrayBuffer())
    source.connect(context.destination)
    source.start()
    return wav((await context.startRendering()).getChannelData(0))
  } catch {
    return wav(hum(seconds))
  }
}

export async function record(): Promise<Sound> {
  const began = Date.now()
  const elapsed = () => Math.min(60, Math.max(1, Math.round((Date.now() - began) / 1000)))
  const stream = await navigator.mediaDevices?.getUserMedia({ audio: true }).catch(() => null)
  const recorder = stream ? new MediaRecorder(stream) : null
  const chunks: Blob[] = []
  recorder?.addEventListener('dataavailable', e => chunks.push(e.data))
  recorder?.start()
  const silence = () => stream?.getTracks().forEach(t => t.stop())
  return {
    cancel() { if (recorder?.state === 'recording') recorder.stop(); silence() },
    async stop() {
      const seconds = elapsed()
      if (recorder) await new Promise(done => { recorder.onstop = done; recorder.stop() })
      silence()
      const blob = chunks.length ? await toWav(new Blob(chunks), seconds) : wav(hum(seconds))
      return { path: URL.createObjectURL(blob), seconds }
    },
  }
}
