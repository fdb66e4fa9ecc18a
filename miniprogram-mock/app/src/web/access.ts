/**
 * What uni's H5 elements forget to tell: names of fields and pictures, keyboard focus. WeChat does
 * this by itself, so this belongs to the browser's stand-in only.
 */
const FIELDS = 'uni-input input, uni-textarea textarea'
const TOUCHABLE = '[role=button], [role=link], [role=tab], [role=radio], [role=switch], uni-button'
const PICTURE = 'uni-image > img:not([alt])'
const SCROLLS = 'uni-scroll-view .uni-scroll-view .uni-scroll-view'

function nameField(field: Element): void {
  const host = field.closest('uni-input, uni-textarea')
  const name = host?.getAttribute('aria-label') ?? host?.querySelector('[class*=placeholder]')?.textContent
  if (name) field.setAttribute('aria-label', name)
}

function namePicture(img: Element): void {
  const host = img.parentElement
  img.setAttribute('alt', host?.getAttribute('aria-label') ?? host?.dataset.name ?? '')
}

/** A name may stand on a picture only, which comes later when it is loaded lazily. */
function handOn(host: HTMLElement): void {
  host.dataset.name = host.getAttribute('aria-label') ?? ''
  host.removeAttribute('aria-label')
}

/** A picture is named as soon as it comes: before the next frame somebody may read the page. */
function namePictures(records: MutationRecord[]): void {
  records.flatMap(record => [...record.addedNodes]).forEach(node => {
    if (!(node instanceof Element)) return
    if (node.matches(PICTURE)) namePicture(node)
    node.querySelectorAll(PICTURE).forEach(namePicture)
  })
}

function tell(root: Element): void {
  root.querySelectorAll(PICTURE).forEach(namePicture)
  root.querySelectorAll<HTMLElement>('uni-image[aria-label]').forEach(handOn)
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
  new MutationObserver(records => { namePictures(records); later() }).observe(document.body, { childList: true, subtree: true })
  document.addEventListener('keydown', byKey)
  later()
}
