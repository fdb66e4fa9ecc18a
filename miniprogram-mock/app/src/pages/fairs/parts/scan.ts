/** Scanning at a fair: the poster's code checks in, a stall's code counts a visit. */
import { areas } from '@/api'
import { platform } from '@/platform'
import { goTo } from '@/router'
import { sceneOf } from '@/session'

export async function scanFair(): Promise<void> {
  const content = await platform.scan()
  if (!content) return
  const scene = sceneOf(content)
  const found = await areas.scan(scene)
  if (found.kind !== 'fair' && found.kind !== 'stall') throw new Error('这不是集市的码')
  goTo(`/pages/fairs/scan?kind=${found.kind}&code=${encodeURIComponent(scene)}`)
}
