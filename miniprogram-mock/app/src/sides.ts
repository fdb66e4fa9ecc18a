/**
 * The sides of the app: a resident's, a worker's, a property firm's, an accountant's. A side is one page (with its own
 * tabs); which ones a person may enter follows from the posts. To add a side, add a line to SIDES.
 */
import { computed } from 'vue'
import type { Post } from './api'
import { goTo, isKnown } from './router'
import { session } from './session'
import { storage } from './storage'

export type SideKey = 'resident' | 'worker' | 'property' | 'counter' | 'merchant' | 'finance'

export interface Side {
  key: SideKey
  name: string
  icon: string
  hint: string
  /** page of the side; it must be in pages.json */
  page: string
  /** its own page of an order, for orders one did not report oneself (links name pages/order/index) */
  orderPage?: string
  /** whether somebody with this post belongs there */
  admits(post: Post): boolean
}

const PROPERTY_ROLES = ['property_manager', 'property_staff', 'property']
const COUNTER_ROLES = ['cashier']
const FINANCE_ROLES = ['accountant']

export const SIDES: Side[] = [
  { key: 'resident', name: '居民', icon: 'home', hint: '反映诉求、看进度', page: '/pages/resident/index', admits: () => true },
  { key: 'worker', name: '接单', icon: 'flag', hint: '接单、联系、到场、办结', page: '/pages/worker/index', orderPage: '/pages/worker/order', admits: p => ![...PROPERTY_ROLES, ...COUNTER_ROLES, ...FINANCE_ROLES].includes(p.role) },
  { key: 'property', name: '物业', icon: 'building', hint: '本小区的工单与回复', page: '/pages/property/index', orderPage: '/pages/worker/order', admits: p => PROPERTY_ROLES.includes(p.role) },
  { key: 'counter', name: '收费', icon: 'fee', hint: '查房号、收款、打收据', page: '/pages/counter/index', admits: p => COUNTER_ROLES.includes(p.role) },
  { key: 'merchant', name: '商户', icon: 'shop', hint: '本店的订单、商品和营业', page: '/pages/merchant/index', admits: () => false },
  { key: 'finance', name: '财务', icon: 'fee', hint: '日账、对账差异、退款', page: '/pages/finance/index', admits: p => [...FINANCE_ROLES, 'county_office'].includes(p.role) },
]

/** The sides this person may enter; a resident's is everybody's. */
export const mySides = computed(() => {
  const posts = session.me?.posts ?? []
  const more = session.me?.sides ?? []
  return SIDES.filter(side => isKnown(side.page) && (side.key === 'resident' || more.includes(side.key) || posts.some(side.admits)))
})

/** The page on which somebody else's order is handled; null when this person has no such side. */
export function handlingPage(): string | null {
  const side = [landing(), ...mySides.value].find(s => s.orderPage && isKnown(s.orderPage))
  return side?.orderPage ?? null
}

/** Enters a side and remembers it for the next start. */
export function enter(side: Side): void {
  storage.set('side', side.key)
  goTo(side.page, { fresh: true })
}

/** Where to start: the side last used, else the first of one's posts, else the resident's. */
export function landing(): Side {
  const mine = mySides.value
  const last = storage.get<SideKey>('side')
  return mine.find(s => s.key === last) ?? mine[1] ?? mine[0]
}
