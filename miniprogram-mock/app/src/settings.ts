/** How this person wants to see things: large type, light or dark. Kept here and on the server. */
import { computed, reactive, watch } from 'vue'
import { identity, type Theme } from './api'
import { storage } from './storage'
import { WINDOW } from './tokens'

interface Choice { large: boolean | null; theme: Theme }

const LARGE_FONT = 19 // WeChat's own font setting in px; 16 or 17 is its normal

const kept = storage.get<Choice>('settings')
export const settings = reactive<Choice & { systemDark: boolean; systemLarge: boolean }>({
  large: kept?.large ?? null,
  theme: kept?.theme ?? 'auto',
  systemDark: false,
  systemLarge: false,
})

export const isDark = computed(() => (settings.theme === 'auto' ? settings.systemDark : settings.theme === 'dark'))
/** A person's own choice wins; without one WeChat's font setting decides. */
export const isLarge = computed(() => settings.large ?? settings.systemLarge)

/** Takes over what the server knows, without sending it back. */
export function adopt(known: { large_type: boolean; theme: Theme }): void {
  settings.theme = known.theme
  if (known.large_type || settings.large !== null) settings.large = known.large_type
  keep()
}

/** Changes it here at once and on the server behind. */
export async function choose(changes: { large?: boolean; theme?: Theme }): Promise<void> {
  Object.assign(settings, changes)
  keep()
  await identity.change({ settings: { large_type: isLarge.value, theme: settings.theme } })
}

function keep(): void {
  storage.set('settings', { large: settings.large, theme: settings.theme })
}

function paintWindow(): void {
  const { bg } = isDark.value ? WINDOW.dark : WINDOW.light
  // #ifdef H5
  document.documentElement.style.background = bg
  document.documentElement.style.colorScheme = isDark.value ? 'dark' : 'light'
  // #endif
  // #ifdef MP-WEIXIN
  uni.setBackgroundColor?.({ backgroundColor: bg, backgroundColorTop: bg, backgroundColorBottom: bg })
  uni.setNavigationBarColor?.({ frontColor: isDark.value ? '#ffffff' : '#000000', backgroundColor: bg })
  // #endif
}

/** Watches the system's theme; once, at launch. */
export function startSettings(): void {
  // #ifdef H5
  const query = window.matchMedia('(prefers-color-scheme: dark)')
  settings.systemDark = query.matches
  query.addEventListener('change', e => { settings.systemDark = e.matches })
  // #endif
  // #ifdef MP-WEIXIN
  const info = uni.getAppBaseInfo() as { theme?: string; fontSizeSetting?: number }
  settings.systemDark = info.theme === 'dark'
  settings.systemLarge = (info.fontSizeSetting ?? 0) >= LARGE_FONT
  uni.onThemeChange(r => { settings.systemDark = r.theme === 'dark' })
  // #endif
  watch(isDark, paintWindow, { immediate: true })
}
