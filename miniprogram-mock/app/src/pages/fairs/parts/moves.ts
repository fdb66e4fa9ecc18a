/** The moves of a fair for its organisers and the street: what each is called and asks for. */
export interface Form { name: string; title: string; field?: string; label?: string; hint?: string; danger?: boolean }

/** In the order in which a fair lives. `arrange` and `edit` have forms of their own. */
export const FORMS: Form[] = [
  { name: 'survey', title: '需求调查小结', field: 'needs', label: '居民最需要什么', hint: '理发、量血压呼声最高，周六上午' },
  { name: 'submit', title: '提交街道审核' },
  { name: 'approve', title: '通过主题' },
  { name: 'return', title: '退回修改', field: 'reason', label: '请说明怎么改', danger: true },
  { name: 'prepare', title: '开始招募摊位' },
  { name: 'preview', title: '发布预告' },
  { name: 'preview-urgently', title: '紧急预告', field: 'reason', label: '不足 7 天的理由（会公示并记入审计）' },
  { name: 'open', title: '开市' },
  { name: 'close', title: '收摊' },
  { name: 'review', title: '发布总结', field: 'summary', label: '这次怎么样、下次改什么' },
  { name: 'retract', title: '收回预告改期', danger: true },
  { name: 'cancel', title: '取消集市', field: 'reason', label: '取消的原因（会通知居民）', danger: true },
]
