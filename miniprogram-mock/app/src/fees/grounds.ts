/** Why somebody pays less. */
import type { Ground } from '@/api/firm'

export const GROUNDS: { key: Ground; name: string }[] = [
  { key: 'service', name: '服务瑕疵' },
  { key: 'vacant', name: '空置房' },
  { key: 'hardship', name: '困难家庭' },
  { key: 'agreement', name: '合同约定' },
  { key: 'correction', name: '计费更正' },
]
