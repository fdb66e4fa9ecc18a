/** Shops, carts, purchases, canteens: shapes and calls. Amounts are fen. */
import { client } from './client'
import type { Page } from './types'

type Cursor = string | null | undefined
export type ShopKind = 'restaurant' | 'pharmacy' | 'clothing' | 'service' | 'canteen'
export type Delivery = 'pickup' | 'delivery'
export type Meal = 'breakfast' | 'lunch' | 'dinner'
export type Spans = [string, string][]

export interface ShopCard {
  id: number
  name: string
  kind: ShopKind
  kind_name: string
  place: string
  latitude: number | null
  longitude: number | null
  picture_url: string | null
  is_open: boolean
  opening: string
  delivers: boolean
  delivery_fee: number
  delivery_minimum: number
  stars: number | null
  stars_count: number
  sold: number
  notice: string
}

export interface Picture { id: number; url: string; thumb_url: string | null }
export interface Licence { id: number; kind: string; kind_name: string; number: string; expires_on: string | null; state: 'sent' | 'confirmed' | 'refused' | 'expired'; file: Picture | null }
export interface Hours { week: Spans[]; exceptions: Record<string, Spans> }

export interface Shop extends ShopCard {
  phone: string
  about: string
  hours: Hours
  closed_until: string | null
  closed_note: string
  accept_minutes: number
  status: string
  status_name: string
  takes_orders: boolean
  reason: string
  area_id: number
  licensed_until: string | null
  licences: Licence[]
  my_role: 'owner' | 'clerk' | null
  moves: string[]
  version: number
}

export interface MyShop { id: number; name: string; kind: ShopKind; role: string; role_name: string; status: string; status_name: string; is_open: boolean; opening: string }
export interface StaffMember { user_id: number; name: string; role: string; role_name: string; since: string }

export interface Group { name: string; choices: { name: string; extra: number }[] }
export interface Good {
  id: number
  shop_id: number
  name: string
  category: string
  about: string
  price: number
  options: Group[]
  stock: number | null
  daily_limit: number | null
  pictures: Picture[]
  is_on: boolean
  blocked: string
  sold: number
  version: number
}
export type GoodFields = Partial<Pick<Good, 'name' | 'category' | 'about' | 'price' | 'options' | 'stock' | 'daily_limit' | 'is_on'>> & { picture_ids?: number[]; version?: number }

export interface Coupon { id: number; name: string; shop_id: number | null; is_public: boolean; face: number; minimum: number; left: number; issued: number; total: number; per_person: number; ends_at: string; status: string; mine: number; moves: string[] }
export interface Voucher { id: number; name: string; shop_name: string | null; face: number; minimum: number; ends_at: string; status: string; status_name: string }
export interface Rating { stars: number; text: string; answer: string | null; at: string; bought: string }

export interface CartItem { good_id: number; name: string; choices: string[]; picture_url: string | null; price: number; quantity: number; amount: number; trouble: string }
export interface ShopCart { shop_id: number; shop_name: string; is_open: boolean; opening: string; items: CartItem[]; total: number; pieces: number }
export interface Cart { items: ShopCart[] }
export interface Quote { shop_id: number; shop_name: string; items: CartItem[]; goods: number; delivery_fee: number; reduction: number; reduction_title: string; payable: number; delivers: boolean; trouble: string }
export interface Address { place: string; name: string; phone: string }
export interface Placed { purchase_id: number; payment_id: number | null; payable: number }

export interface PurchaseCard {
  id: number
  number: string
  kind: 'shelf' | 'meal'
  shop_id: number
  shop_name: string
  status: 'unpaid' | 'paid' | 'accepted' | 'ready' | 'delivering' | 'done' | 'closed' | 'cancelled'
  status_name: string
  delivery: Delivery
  delivery_name: string
  title: string
  pieces: number
  total: number
  payable: number
  refunded: number
  created_at: string
  due_at: string | null
  serve_on: string | null
  slot_name: string
  stars: number | null
  version: number
}
export interface PurchaseLine { id: number; good_id: number | null; name: string; choice: string; price: number; quantity: number; amount: number; paid: number; refunded_quantity: number }
export interface Purchase extends PurchaseCard {
  lines: PurchaseLine[]
  reduction: number
  reduction_title: string
  returned: number
  payment_id: number | null
  code: string | null
  qr: string | null
  address: Address | null
  note: string | null
  for_whom: string | null
  reason: string
  paid_at: string | null
  rating_text: string | null
  answer: string | null
  complaint_id: number | null
  history: { at: string; move: string; title: string; note: string }[]
  is_mine: boolean
  moves: string[]
}
export interface Takings { day: string; orders: number; total: number; paid: number; subsidies: number; refunded: number; earned: number; waiting: number; doing: number }

export interface Dish { good_id: number; name: string; about: string; price: number; left: number; sold: number; picture_url: string | null }
export interface MenuMeal { meal: Meal; name: string; served: string; book_until: string; is_open: boolean; dishes: Dish[] }
/** Booked until `until` (09:30) of so many days before; served 11:00-13:00. */
export interface MealRule { days_before: number; until: string; served: string }
export interface Menu { shop_id: number; shop_name: string; delivers: boolean; delivery_fee: number; subsidies: Record<string, number>; rules: Record<Meal, MealRule>; is_mine: boolean; days: { day: string; meals: MenuMeal[] }[] }
export interface Eater { resident_id: number | null; name: string; is_me: boolean; age: number | null; is_old: boolean }
export interface MealQuote { day: string; meal: Meal; meal_name: string; book_until: string; total: number; delivery_fee: number; subsidy: number; why_no_subsidy: string; payable: number }
export interface Booking { dishes: { good_id: number; quantity: number }[]; resident_id?: number | null; delivery?: Delivery }
export interface Kitchen {
  day: string
  meal: Meal
  meal_name: string
  served: string
  book_until: string
  bookings: number
  dishes: { name: string; portions: number }[]
  rows: { purchase_id: number; number: string; status_name: string; who: string; delivery_name: string; place: string | null; dishes: string; note: string | null }[]
}

export const shops = {
  near: (area_id: number, filter: { kind?: ShopKind; q?: string; open_now?: boolean } = {}, cursor?: Cursor) =>
    client.get<Page<ShopCard>>('/shops', { area_id, ...filter, cursor, limit: 50 }),
  get: (id: number) => client.get<Shop>(`/shops/${id}`),
  mine: () => client.get<{ items: MyShop[] }>('/shops/mine'),
  register: (body: object, key: string) => client.post<Shop>('/shops', body, { key }),
  change: (id: number, body: object) => client.patch<Shop>(`/shops/${id}`, body),
  move: (id: number, move: string, body: object = {}) => client.post<Shop>(`/shops/${id}/${move}`, body),
  hours: (id: number, hours: Hours) => client.put<Shop>(`/shops/${id}/hours`, hours),
  review: (status: string, cursor?: Cursor) => client.get<Page<ShopCard>>('/shops/review', { status, cursor, limit: 20 }),
  sendLicence: (id: number, body: object, key: string) => client.post<Shop>(`/shops/${id}/licences`, body, { key }),
  licence: (id: number, licence: number, good: boolean) => client.post<Shop>(`/shops/${id}/licences/${licence}/${good ? 'confirm' : 'refuse'}`),
  staff: (id: number) => client.get<{ items: StaffMember[] }>(`/shops/${id}/staff`),
  invite: (id: number) => client.post<{ code: string; expires_at: string }>(`/shops/${id}/invitations`, { role: 'clerk' }),
  join: (code: string) => client.post<{ items: MyShop[] }>('/shops/join', { code }),
  dismiss: (id: number, user: number) => client.delete<void>(`/shops/${id}/staff/${user}`),
  goods: (id: number, all = false) => client.get<Page<Good>>(`/shops/${id}/goods`, { all: all || undefined }),
  addGood: (id: number, good: GoodFields, key: string) => client.post<Good>(`/shops/${id}/goods`, good, { key }),
  changeGood: (id: number, changes: GoodFields) => client.patch<Good>(`/goods/${id}`, changes),
  coupons: (id: number) => client.get<{ items: Coupon[] }>(`/shops/${id}/coupons`),
  ratings: (id: number, cursor?: Cursor) => client.get<Page<Rating>>(`/shops/${id}/ratings`, { cursor, limit: 20 }),
  sold: (id: number, state: 'new' | 'doing' | 'over', cursor?: Cursor) => client.get<Page<PurchaseCard>>(`/shops/${id}/purchases`, { state, cursor, limit: 20 }),
  handOver: (id: number, code: string) => client.post<Purchase>(`/shops/${id}/hand-over`, { code }),
  takings: (id: number, day?: string) => client.get<Takings>(`/shops/${id}/takings`, { day }),
}

export const coupons = {
  claim: (id: number) => client.post<Coupon>(`/coupons/${id}/claim`),
  mine: (shop_id?: number) => client.get<Page<Voucher>>('/coupons/mine', { shop_id }),
}

export const cart = {
  get: () => client.get<Cart>('/cart'),
  put: (good_id: number, choices: string[], quantity: number) => client.put<Cart>('/cart/items', { good_id, choices, quantity }),
  quote: (body: { shop_id: number; delivery: Delivery; voucher_id?: number | null }) => client.post<Quote>('/cart/quote', body),
  checkout: (body: object, key: string) => client.post<Placed>('/cart/checkout', body, { key }),
}

export const purchases = {
  mine: (state: 'open' | 'over', cursor?: Cursor) => client.get<Page<PurchaseCard>>('/purchases', { state, cursor, limit: 20 }),
  get: (id: number) => client.get<Purchase>(`/purchases/${id}`),
  move: (id: number, move: string, body: object = {}) => client.post<Purchase>(`/purchases/${id}/${move}`, body),
}

export const canteens = {
  menu: (id: number, start?: string, days = 7) => client.get<Menu>(`/canteens/${id}/menu`, { start, days }),
  eaters: () => client.get<{ items: Eater[] }>('/canteens/eaters'),
  quote: (id: number, booking: Booking) => client.post<MealQuote>(`/canteens/${id}/quote`, booking),
  book: (id: number, body: object, key: string) => client.post<Placed>(`/canteens/${id}/bookings`, body, { key }),
  kitchen: (id: number, day: string, meal: Meal) => client.get<Kitchen>(`/canteens/${id}/kitchen`, { day, meal }),
  setMenu: (id: number, body: object) => client.put<Menu>(`/canteens/${id}/menu`, body),
  setRules: (id: number, meals: Record<string, MealRule>, key: string) => client.put<Menu>(`/canteens/${id}/rules`, { meals }, { key }),
  copyDay: (id: number, from_day: string, to_day: string) => client.post<Menu>(`/canteens/${id}/menu/copy`, { from_day, to_day }),
}
