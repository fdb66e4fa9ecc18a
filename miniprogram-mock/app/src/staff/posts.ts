/** What a person's posts are for, as the server's own table has it. */
import type { Post } from '@/api'

const TAKERS = ['social_worker', 'grid_officer', 'welfare_post', 'department_handler', 'property_staff', 'property_manager']
const DISPATCHERS = ['secretary', 'street_dispatcher', 'county_office', 'administrator']

export const takesOrders = (posts: Post[]) => posts.some(p => TAKERS.includes(p.role))
export const dispatches = (posts: Post[]) => posts.some(p => DISPATCHERS.includes(p.role))
