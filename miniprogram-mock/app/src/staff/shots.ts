/** Photos of a form that must work without a signal: kept on the phone; the outbox sends them. */
import { reactive } from 'vue'
import { newKey } from '@/api'
import { toast } from '@/kit/notices'
import type { Photos } from '@/kit/photos'
import { platform } from '@/platform'
import type { Shot } from './outbox'

export interface Shots extends Photos {
  /** for a step of the outbox */
  take(): Shot[]
  /** Shows again what a form left unfinished had. */
  reopen(kept: string[]): Promise<void>
}

const MOST = 9

export function useShots(field: string): Shots {
  const list = reactive<Photos['list']>([])
  const show = (kept: string, src: string) =>
    list.push({ key: kept, src, state: 'kept', percent: 100, problem: '', file: null, path: src })

  async function keep(path: string) {
    try {
      const small = await platform.compress(path)
      show(await platform.keepPhoto(small), small)
    } catch {
      toast('这张照片没能存下，手机存储可能满了', 'fail')
    }
  }

  return {
    list,
    async add(source) {
      const paths = await platform.chooseImages(MOST - list.length, source)
      for (const path of paths.slice(0, MOST - list.length)) await keep(path)
    },
    remove(photo) {
      list.splice(list.findIndex(p => p.key === photo.key), 1)
      void platform.dropPhoto(photo.key)
    },
    async reopen(kept) {
      for (const name of kept) {
        const path = await platform.keptPhoto(name)
        if (path) show(name, path)
      }
    },
    take: () => list.map(p => ({ field, kept: p.key, key: newKey(), file_id: null })),
    retry: async () => undefined, // nothing is sent from here
    restore: () => undefined,
    settle: async () => [],
    failed: 0,
  }
}
