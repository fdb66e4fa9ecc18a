/**
 * What uni's H5 elements forget to tell: names of fields and pictures, keyboard focus. WeChat does
 * this by itself, so this belongs to the browser's stand-in only.
 */
const FIELDS = 'uni-input input, uni-textarea textarea'
const TOUCHABLE = '[role=button], [role=link], [role=tab], [role=radio], [role=switch], uni-button'
const SCROLLS = 'uni-scroll-view .uni-scroll-view .uni-scroll-view'

function nameField(field: Element): void {
  const host = field.closest('uni-input, uni-textarea')
  const name = host?.getAttribute('aria-label') ?? host?.querySelector('[class*=placeholder]')?.textContent
  if (name) field.setAttribute('aria-label', name)
}

/** A name may stand on a picture only, which comes later when it is loaded lazily. */
function handOn(host: HTMLElement): void {
  host.dataset.name = host.getAttribute('aria-label') ?? ''
  host.removeAttribute('aria-label')
}

function tell(root: Element): void {
  root.querySelectorAll<HTMLElement>('uni-image[aria-label]').forEach(handOn)
  root.querySelectorAll('uni-image > img:not([alt])').forEach(img =>
    img.setAttribute('alt', img.parentElement?.dataset.name ?? ''))
  root.querySelectorAll(FIELDS).forEach(field => field.hasAttribute('aria-label') || nameField(field))
  root.querySelectorAll(`${TOUCHABLE}, ${SCROLLS}`).forEach(e => e.hasAttribute('tabindex') || e.setAttribute('tabindex', '0'))
}

function byKey(event: KeyboardEvent): void {
  const target = event.target as HTMLElement
  if ((event.key !== 'Enter' && event.key !== ' ') || !target.matches?.(TOUCHABLE)) return
  event.preventDefault()
  target.click()
}

/** Watches the page from now on; once. */
export function startAccess(): void {
  let due = 0
  const later = () => {
    due ||= requestAnimationFrame(() => { due = 0; tell(document.body) })
  }
  new MutationObserver(later).observe(document.body, { childList: true, subtree: true })
  document.addEventListener('keydown', byKey)
  later()
}
