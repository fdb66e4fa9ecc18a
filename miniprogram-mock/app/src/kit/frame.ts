/** Where WeChat's own things sit on the screen, in px. H5 has none of them. */
export interface Frame { statusBar: number; capsuleRight: number }

let known: Frame | null = null

export function frame(): Frame {
  if (known) return known
  known = { statusBar: 0, capsuleRight: 0 }
  // #ifdef MP-WEIXIN
  const { statusBarHeight = 0, windowWidth } = uni.getWindowInfo()
  const capsule = uni.getMenuButtonBoundingClientRect()
  known = { statusBar: statusBarHeight, capsuleRight: windowWidth - capsule.left + 8 }
  // #endif
  return known
}
