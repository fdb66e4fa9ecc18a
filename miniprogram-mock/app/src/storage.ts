/**
 * Storage of this phone. The demo frame shows several phones of one origin, so every key carries
 * the phone's name (`?phone=NAME`, read once). WeChat gives each user a storage of his own.
 */
function phoneName(): string {
  // #ifdef H5
  return new URLSearchParams(window.location.search).get('phone') ?? ''
  // #endif
  // #ifndef H5
  return ''
  // #endif
}

export const PHONE = phoneName()
const PREFIX = PHONE ? `linli.${PHONE}.` : 'linli.'

export const storage = {
  get<T>(key: string): T | null {
    try {
      const text = uni.getStorageSync(PREFIX + key) as string
      return text ? (JSON.parse(text) as T) : null
    } catch {
      return null // unreadable is as good as absent
    }
  },
  set(key: string, value: unknown): void {
    try {
      uni.setStorageSync(PREFIX + key, JSON.stringify(value))
    } catch {
      // full or forbidden storage: the server has the truth, only convenience is lost
    }
  },
  /** Names of what is kept under a beginning, e.g. `order.`. */
  keys(beginning: string): string[] {
    const whole = PREFIX + beginning
    return uni.getStorageInfoSync().keys.filter(k => k.startsWith(whole)).map(k => k.slice(PREFIX.length))
  },
  remove(key: string): void {
    uni.removeStorageSync(PREFIX + key)
  },
  /** Forgets what belongs to a person (tokens, caches, drafts); `keep` names keys of the phone itself. */
  clear(keep: string[] = []): void {
    for (const key of uni.getStorageInfoSync().keys)
      if (key.startsWith(PREFIX) && !keep.includes(key.slice(PREFIX.length))) uni.removeStorageSync(key)
  },
}
