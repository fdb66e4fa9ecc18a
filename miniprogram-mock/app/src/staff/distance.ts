/** How far something is, for a person on foot. */
import { ref } from 'vue'
import { platform, type Point } from '@/platform'

const EARTH = 6_371_000 // m
const rad = (degrees: number) => (degrees * Math.PI) / 180

/** Metres as the crow flies. */
export function metres(a: Point, b: Point): number {
  const x = rad(b.longitude - a.longitude) * Math.cos(rad((a.latitude + b.latitude) / 2))
  const y = rad(b.latitude - a.latitude)
  return Math.round(Math.sqrt(x * x + y * y) * EARTH)
}

/** 80米 / 1.2公里 */
export const far = (m: number) => (m < 1000 ? `${Math.max(10, Math.round(m / 10) * 10)}米` : `${(m / 1000).toFixed(m < 10_000 ? 1 : 0)}公里`)

/** Where this phone is; null until asked for and allowed. */
export const here = ref<Point | null>(null)

export async function locate(): Promise<Point | null> {
  here.value = await platform.locate() ?? here.value
  return here.value
}

/** Metres from here to it, null when either is unknown. */
export function away(to: { latitude?: number | null; longitude?: number | null }): number | null {
  if (!here.value || typeof to.latitude !== 'number' || typeof to.longitude !== 'number') return null
  return metres(here.value, { latitude: to.latitude, longitude: to.longitude })
}
