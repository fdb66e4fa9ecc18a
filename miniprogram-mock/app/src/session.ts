/** Who is here (the login) and where (the community whose code was scanned). */
import { reactive } from 'vue'
import { areas, ApiError, identity, residents, rows, type Me, type ScannedCode } from './api'
import { auth } from './api/client'
import { onNetwork } from './network'
import { platform } from './platform'
import { adopt } from './settings'
import { storage } from './storage'

export interface Community { area_id: number; community_id: number; name: string }

export const session = reactive({
  me: storage.get<Me>('me'),
  /** the community on the home page; null until a code was scanned or one was chosen */
  place: storage.get<Community>('place'),
  /** the last try to log in failed: why, as a sentence */
  problem: '',
})

/** Whether a post of mine lets me; at which place, only the server knows. */
export const may = (permission: string) => session.me?.permissions.includes(permission) ?? false

export function setMe(me: Me): void {
  session.me = me
  storage.set('me', me)
  adopt(me.settings)
}

export function setPlace(place: Community): void {
  session.place = place
  storage.set('place', place)
}

/** Where a community's id stands in the path of anything in it: /county/street/community/… */
const COMMUNITY_DEPTH = 3

let underWay: Promise<boolean> | null = null

/** Logs in with WeChat, without asking anybody; several callers share one attempt. */
export function login(): Promise<boolean> {
  underWay ??= (async () => {
    try {
      const code = await platform.login()
      const answer = await identity.login(code, platform.device())
      auth.set(answer.token)
      setMe(answer.me)
      session.problem = ''
      return true
    } catch (error) {
      session.problem = error instanceof ApiError ? error.message : (error as Error).message || '微信登录没有成功'
      return false
    } finally {
      underWay = null
    }
  })()
  return underWay
}

let started: Promise<void> | null = null

/** Resolves when there is somebody; every page waits for it before its first call. */
export function ready(): Promise<void> {
  started ??= begin()
  return started
}

async function begin(): Promise<void> {
  auth.onExpired(async () => { auth.set(''); return login() })
  await platform.start()
  if (!auth.token) await login()
  else refreshMe().catch(() => undefined) // what was kept will do until the next time
  onNetwork(online => { if (online && !auth.token) void login() })
}

export async function refreshMe(): Promise<void> {
  setMe(await identity.me())
}

/** Forgets this person on this phone and starts again as somebody new to it. */
export async function leave(keep: string[] = []): Promise<void> {
  auth.set('')
  session.me = null
  session.place = null
  storage.clear(['settings', 'mock.url', 'mock.state', ...keep])
  await login()
}

/** The scene inside whatever a scan gave: a page's path, an ordinary QR's address, or the scene itself. */
export function sceneOf(content: string): string {
  const named = /[?&#](?:scene|s|c|code)=([^&#]+)/.exec(content)
  if (named) return decodeURIComponent(named[1])
  if (/^[a-z]+:\/\//i.test(content)) return content.replace(/[?#].*$/, '').split('/').filter(Boolean).pop() ?? ''
  return decodeURIComponent(content)
}

/** Lands in the community of a code; throws the server's problem for a code it does not know. */
export async function land(content: string): Promise<ScannedCode> {
  const found = await areas.scan(sceneOf(content))
  setPlace({ area_id: found.area_id, community_id: found.community_id, name: await nameOf(found.community_id, found.label) })
  return found
}

const nameOf = (community_id: number, otherwise: string) =>
  areas.get(community_id).then(a => a.name).catch(() => otherwise)

/** Without a code: the community of one's own dwelling, or of one's post. */
export async function placeFromDwelling(): Promise<void> {
  if (session.place) return
  const homes = rows(await residents.dwellings())
  const mine = homes.find(d => d.status === 'confirmed') ?? homes.find(d => d.status === 'pending')
  if (mine) {
    const area_id = mine.compound_id ?? mine.community_id
    return setPlace({ area_id, community_id: mine.community_id, name: await nameOf(mine.community_id, mine.place) })
  }
  const post = session.me?.posts.find(p => p.area.id)
  if (!post) return
  const community_id = Number((await areas.get(post.area.id)).path.split('/')[COMMUNITY_DEPTH])
  if (community_id) setPlace({ area_id: post.area.id, community_id, name: await nameOf(community_id, post.area.name) })
}
