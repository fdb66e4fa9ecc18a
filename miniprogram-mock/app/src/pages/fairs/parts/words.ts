/** What fairs' statuses look like, and how their times are said. */
import { clockTime, dayTime } from '@/time'
import type { Tone } from '@/tokens'

export const TONE: Record<string, Tone> = {
  draft: 'wait', surveyed: 'wait', submitted: 'accent', approved: 'brand', returned: 'red', preparing: 'accent',
  previewed: 'brand', open: 'done', closed: 'wait', reviewed: 'wait', cancelled: 'red',
}
export const ZONE_TONE: Record<string, Tone> = { care: 'done', culture: 'accent', dream: 'brand', market: 'yellow', exchange: 'wait' }
export const KINDS = [{ key: 'unit', name: '共建单位' }, { key: 'merchant', name: '爱心商户' }, { key: 'volunteer', name: '志愿服务' }, { key: 'craft', name: '能工巧匠' }]
export const ZONES = [{ key: 'care', name: '爱心服务' }, { key: 'culture', name: '文化惠民' }, { key: 'dream', name: '微梦合作社' }, { key: 'market', name: '惠民展销' }, { key: 'exchange', name: '闲置交换' }]

export const when = (fair: { starts_at: string | null; ends_at: string | null }) =>
  fair.starts_at && fair.ends_at ? `${dayTime(fair.starts_at)} – ${clockTime(fair.ends_at)}` : '时间待定'
