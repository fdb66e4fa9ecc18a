/** Photos on their way to the server: made small, sent with progress, sent again on a tap. */
import { reactive } from 'vue'
import { explain, files, newKey, type StoredFile } from '../api'
import { platform } from '../platform'

export interface Photo {
  key: string
  /** what to show: the phone's own copy, or the server's thumb for what was kept in a draft */
  src: string
  /** kept: stays on the phone for now; somebody else sends it (staff/shots.ts) */
  state: 'waiting' | 'sending' | 'sent' | 'failed' | 'kept'
  percent: number
  problem: string
  file: StoredFile | null
  /** the phone's own copy; null when it came from the server */
  path: string | null
}

export interface Photos {
  list: Photo[]
  add(source: 'camera' | 'album' | 'both'): Promise<void>
  retry(photo: Photo): Promise<void>
  remove(photo: Photo): void
  restore(sent: { id: number; url: string; thumb_url: string | null }[]): void
  /** Ids of what arrived; waits for what is under way, throws nothing. */
  settle(): Promise<number[]>
  readonly failed: number
}

const MOST = 9

export function usePhotos(most = MOST): Photos {
  const list = reactive<Photo[]>([])
  const under = new Map<string, Promise<void>>()

  async function send(photo: Photo) {
    photo.state = 'sending'
    photo.problem = ''
    try {
      photo.path = await platform.compress(photo.path!)
      photo.src = photo.path
      photo.file = await files.upload(photo.path, 'order', photo.key, percent => { photo.percent = percent })
      photo.state = 'sent'
    } catch (error) {
      photo.state = 'failed'
      photo.problem = explain(error)
    }
  }

  /** One after the other: a phone's uplink is narrow, and the first should not wait for the last. */
  let tail: Promise<void> = Promise.resolve()
  function queue(photo: Photo) {
    photo.state = 'waiting'
    tail = tail.then(() => (list.includes(photo) ? send(photo) : undefined))
    under.set(photo.key, tail)
    return tail
  }

  function take(path: string): Photo {
    list.push({ key: newKey(), src: path, state: 'waiting', percent: 0, problem: '', file: null, path })
    return list[list.length - 1]
  }

  return {
    list,
    async add(source) {
      const paths = await platform.chooseImages(Math.max(0, most - list.length), source)
      paths.slice(0, most - list.length).forEach(path => void queue(take(path)))
    },
    retry: photo => queue(photo),
    remove(photo) { list.splice(list.findIndex(p => p.key === photo.key), 1) },
    restore(sent) {
      for (const f of sent) {
        const file = { ...f, kind: 'image' as const, width: null, height: null, bytes: 0, seconds: null }
        list.push({ key: newKey(), src: f.thumb_url || f.url, state: 'sent', percent: 100, problem: '', file, path: null })
      }
    },
    async settle() {
      await Promise.all(under.values())
      return list.flatMap(p => (p.file ? [p.file.id] : []))
    },
    get failed() { return list.filter(p => p.state === 'failed').length },
  }
}
