import type { Platform } from './types'
// #ifdef MP-WEIXIN
import { weixin } from './weixin'
// #endif
// #ifndef MP-WEIXIN
import { mock } from './mock'
// #endif

let chosen!: Platform
// #ifdef MP-WEIXIN
chosen = weixin
// #endif
// #ifndef MP-WEIXIN
chosen = mock
// #endif

export const platform: Platform = chosen
export type * from './types'
