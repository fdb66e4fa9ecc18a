/** How far a shop is, as the phone knows it. */
import type { Point } from '@/platform/types'

const EARTH = 6_371_000
const rad = (degrees: number) => (degrees * Math.PI) / 180

export function metres(here: Point | null, there: { latitude: number | null; longitude: number | null }): number | null {
  if (!here || there.latitude === null || there.longitude === null) return null
  const x = rad(there.longitude - here.longitude) * Math.cos(rad(here.latitude))
  return Math.hypot(x, rad(there.latitude - here.latitude)) * EARTH
}

/** 80米 / 1.2公里; empty when it is not known, or so far that it says nothing */
export function away(distance: number | null): string {
  if (distance === null || distance > 50_000) return ''
  return distance < 1000 ? `${Math.max(10, Math.round(distance / 10) * 10)}米` : `${(distance / 1000).toFixed(1)}公里`
}
