/** Going from page to page, by the address a message or the server names. */

/** Addresses known to the app (pages.json, by vite.config.ts); a newer server's are not offered. */
const PAGES: string[] = __PAGES__

const clean = (page: string) => page.replace(/^\/+/, '')

export function isKnown(page: string): boolean {
  return PAGES.includes(clean(page).split('?')[0])
}

/** Opens a page; `fresh` forgets where one came from (a scan, another side of the app). */
export function goTo(page: string, options: { fresh?: boolean } = {}): void {
  if (!isKnown(page)) return
  const url = `/${clean(page)}`
  const deep = getCurrentPages().length >= 9 // WeChat keeps ten
  if (options.fresh) uni.reLaunch({ url })
  else if (deep) uni.redirectTo({ url })
  else uni.navigateTo({ url })
}

export function goBack(): void {
  if (getCurrentPages().length > 1) uni.navigateBack()
  else uni.reLaunch({ url: '/pages/resident/index' })
}
