/** Checking in and out: by the code on the screen at the door, or by being there. */
import { bookings, type Booking, type Place } from '@/api/volunteering'
import { busy, toast } from '@/kit/notices'
import { platform } from '@/platform'

async function place(): Promise<Place | null> {
  const found = await platform.locate()
  return found && { latitude: Math.round(found.latitude * 1e6), longitude: Math.round(found.longitude * 1e6) }
}

/** Scans the screen; `both`: the place is asked for too. */
export async function scanDoor(needsPlace: boolean): Promise<Booking | undefined> {
  const code = await platform.scan()
  if (!code) return undefined
  const at = needsPlace ? await place() : null
  const done = await busy('正在登记', () => bookings.scan(code, at))
  if (done) toast(done.checked_out_at ? '已签退，辛苦了' : '已签到', 'done')
  return done
}

/** Checks in, or out, by place alone. */
export async function beHere(one: Booking): Promise<Booking | undefined> {
  const at = await place()
  if (!at) { toast('请允许获取位置', 'fail'); return undefined }
  const direction = one.checked_in_at ? 'out' : 'in'
  const done = await busy('正在登记', () => bookings.here(one.id, at, direction))
  if (done) toast(direction === 'out' ? '已签退，辛苦了' : '已签到', 'done')
  return done
}
