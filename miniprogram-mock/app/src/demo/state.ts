/** What the mocked WeChat of this phone remembers. */
import { reactive } from 'vue'
import { storage } from '../storage'

export type ConsentMode = 'ask' | 'always' | 'never'

/** What the person does in the pay sheet. */
export type PayMode = 'ask' | 'pay' | 'cancel' | 'fail'

interface Kept { openid: string; consent: ConsentMode; signal: boolean; pay?: PayMode; held?: boolean }

const kept = storage.get<Kept>('mock.state')

export const mockState = reactive({
  url: storage.get<string>('mock.url') ?? '',
  openid: kept?.openid ?? '',
  consent: kept?.consent ?? ('ask' as ConsentMode),
  signal: kept?.signal ?? true,
  pay: kept?.pay ?? ('ask' as PayMode),
  /** WeChat tells the server nothing of payments until it may again */
  held: kept?.held ?? false,
})

export function saveMock(): void {
  const { openid, consent, signal, pay, held } = mockState
  storage.set('mock.state', { openid, consent, signal, pay, held })
}

/** Keys that belong to the mocked phone, not to the person using it. */
export const MOCK_KEYS = ['mock.state', 'mock.url']

/** Where the mocked GPS is: in the middle of the sample city, degrees. */
export const MOCK_POINT = { latitude: 35.0653, longitude: 118.3465 }
