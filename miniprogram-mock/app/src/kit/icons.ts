/**
 * Our own line icons on a 24 × 24 grid. Used as a CSS mask, so they take the text's colour and size
 * on H5 and in WeChat alike; no icon font, no picture files.
 */
const PATHS = {
  home: '<path d="M3.5 11 12 4l8.5 7"/><path d="M6 9.5V20h12V9.5"/><path d="M10 20v-5.5h4V20"/>',
  list: '<rect x="5" y="4.5" width="14" height="16" rx="2"/><path d="M9 3h6v3H9zM8.5 11h7M8.5 15h4.5"/>',
  bell: '<path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 2h-15z"/><path d="M10 21h4"/>',
  user: '<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c.8-4 3.8-6 7.5-6s6.7 2 7.5 6"/>',
  plus: '<path d="M12 5v14M5 12h14"/>',
  camera: '<path d="M4 8h3.5L9 5.5h6L16.5 8H20v11H4z"/><circle cx="12" cy="13" r="3.5"/>',
  mic: '<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"/>',
  scan: '<path d="M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M4 12h16"/>',
  pin: '<path d="M12 21s7-6.2 7-11.5a7 7 0 0 0-14 0C5 14.8 12 21 12 21z"/><circle cx="12" cy="9.5" r="2.5"/>',
  phone: '<path d="M6 3.5h3l1.5 4.5-2 1.5a12 12 0 0 0 6 6l1.5-2 4.5 1.5v3c0 1.2-1 2-2 2C11 20 4 13 4 5.5c0-1 .8-2 2-2z"/>',
  right: '<path d="m9.5 5.5 6.5 6.5-6.5 6.5"/>',
  down: '<path d="m5.5 9 6.5 6.5L18.5 9"/>',
  back: '<path d="m14.5 5-7 7 7 7"/>',
  close: '<path d="m6 6 12 12M18 6 6 18"/>',
  check: '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
  clock: '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/>',
  warn: '<path d="M12 4 21 19.5H3z"/><path d="M12 10v4.5M12 17v.2"/>',
  offline: '<path d="M3 3l18 18M8.5 15a5 5 0 0 1 5-1M5.5 11.8a9.5 9.5 0 0 1 4-2.3M13.5 8.9a9.5 9.5 0 0 1 5 2.9M12 19v.2"/>',
  repair: '<path d="M14.5 6.5a4 4 0 0 1 5-2.5l-2.5 2.8.4 2.1 2.1.4L21 7.5a4 4 0 0 1-5.5 4L8 19a2.1 2.1 0 0 1-3-3l7.5-7.5a4 4 0 0 1 2-2z"/>',
  scissors: '<circle cx="6.5" cy="6.5" r="2.8"/><circle cx="6.5" cy="17.5" r="2.8"/><path d="M8.7 8.2 20 17.5M8.7 15.8 20 6.5"/>',
  complaint: '<path d="M4 10v4h3l8 4.5v-13L7 10zM18 9a4 4 0 0 1 0 6"/><path d="m7.5 14 1.5 5.5h2"/>',
  suggestion: '<path d="M9 17.5h6M10 20.5h4"/><path d="M9 15c-2-1.3-3-3-3-5.2a6 6 0 0 1 12 0c0 2.2-1 3.9-3 5.2v2.5H9z"/>',
  help: '<path d="M12 20s-8-4.8-8-10.5A4.3 4.3 0 0 1 12 7a4.3 4.3 0 0 1 8 2.5C20 15.2 12 20 12 20z"/><path d="M12 10v4M10 12h4"/>',
  car: '<path d="M4 15.5v-3.5l2-5.5h12l2 5.5v5.5H4zM4 12h16"/><path d="M7 17.5v2M17 17.5v2M7.5 14.8h.1M16.5 14.8h.1"/>',
  fee: '<circle cx="12" cy="12" r="8.5"/><path d="m8.5 7.5 3.5 4.5 3.5-4.5M12 12v5M9 12.5h6M9 15h6"/>',
  coin: '<ellipse cx="12" cy="7" rx="7" ry="3"/><path d="M5 7v10c0 1.7 3.1 3 7 3s7-1.3 7-3V7"/><path d="M5 12c0 1.7 3.1 3 7 3s7-1.3 7-3"/>',
  receipt: '<path d="M6 3.5h12v17l-2.4-1.6-2.4 1.6L12 19.6l-1.2.9-2.4-1.6L6 20.5z"/><path d="M9 8h6M9 11.5h6M9 15h3.5"/>',
  wechat: '<path d="M3.5 9.7c0-3 2.9-5.2 6.3-5.2 3.2 0 5.9 2 6.2 4.7"/><path d="M3.5 9.7c0 1.7.9 3.1 2.3 4l-.5 2 2.3-1.1c.7.2 1.4.3 2.2.3"/><path d="M9.8 14.3c0-2.6 2.4-4.6 5.3-4.6s5.4 2 5.4 4.6c0 1.4-.7 2.6-1.8 3.4l.4 1.8-2-1c-.6.2-1.3.3-2 .3-2.9 0-5.3-2-5.3-4.5z"/>',
  wallet: '<path d="M4 7.5h15a1 1 0 0 1 1 1V19H5a1 1 0 0 1-1-1zM4 7.5l11.5-3V7.5"/><path d="M20 11.5h-4.5a2 2 0 0 0 0 4H20"/>',
  park: '<rect x="4" y="4" width="16" height="16" rx="3"/><path d="M10 17V7.5h3a2.7 2.7 0 0 1 0 5.5h-3"/>',
  wish: '<path d="m12 4 2.4 5 5.6.8-4 3.9.9 5.5-4.9-2.6-4.9 2.6.9-5.5-4-3.9 5.6-.8z"/>',
  gift: '<path d="M4 9h16v3.5H4zM5.5 12.5V20h13v-7.5M12 9v11"/><path d="M12 9C8 9 7.5 4.5 10 4.5c1.5 0 2 2.5 2 4.5 0-2 .5-4.5 2-4.5 2.5 0 2 4.5-2 4.5z"/>',
  talk: '<path d="M4 5h16v11h-8l-4.5 4v-4H4z"/><path d="M8 9h8M8 12.5h5"/>',
  edit: '<path d="M5 19l1-4L16 5l3 3L9 18z"/><path d="M14 7l3 3"/>',
  trash: '<path d="M5 7h14M9.5 7V4.5h5V7M7 7l.8 13h8.4L17 7M10 11v5.5M14 11v5.5"/>',
  star: '<path d="m12 4 2.4 5 5.6.8-4 3.9.9 5.5-4.9-2.6-4.9 2.6.9-5.5-4-3.9 5.6-.8z"/>',
  starfull: '<path fill="#000" d="m12 4 2.4 5 5.6.8-4 3.9.9 5.5-4.9-2.6-4.9 2.6.9-5.5-4-3.9 5.6-.8z"/>',
  shield: '<path d="M12 3.5 19.5 6v6c0 4.5-3.2 7.3-7.5 8.5-4.3-1.2-7.5-4-7.5-8.5V6z"/><path d="m8.7 12 2.3 2.3 4.3-4.3"/>',
  download: '<path d="M12 4v11M7 10.5 12 15l5-4.5M5 19.5h14"/>',
  logout: '<path d="M14 4.5H5.5v15H14M10.5 12H20M16.5 8.5 20 12l-3.5 3.5"/>',
  device: '<rect x="7" y="3" width="10" height="18" rx="2"/><path d="M11 18h2"/>',
  sun: '<circle cx="12" cy="12" r="4"/><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6l1.4 1.4M17 17l1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4"/>',
  type: '<path d="m3.5 18 5-12.5 5 12.5M5.2 14h6.6"/><path d="M20.5 18v-6.5M20.5 14.8c0 4.2-5.5 4.2-5.5 0s5.5-4.2 5.5 0z"/>',
  building: '<path d="M5 20.5V4h9v16.5M14 9.5h5v11M3 20.5h18M8 8h3M8 12h3M8 16h3"/>',
  people: '<circle cx="9" cy="8.5" r="3.5"/><path d="M2.5 19.5c.6-3.5 3-5.5 6.5-5.5s5.9 2 6.5 5.5M15.5 5.5a3.3 3.3 0 0 1 0 6.2M17.5 14.5c2.2.6 3.6 2.3 4 5"/>',
  swap: '<path d="M4 8.5h14.5L15 5M20 15.5H5.5L9 19"/>',
  play: '<path fill="#000" d="M8 5.5v13l11-6.5z"/>',
  pause: '<path d="M8.5 6v12M15.5 6v12"/>',
  refresh: '<path d="M19.5 12a7.5 7.5 0 1 1-2.2-5.3L19.5 9M19.5 4.5V9H15"/>',
  search: '<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>',
  image: '<rect x="4" y="5" width="16" height="14" rx="2"/><circle cx="9" cy="10" r="1.5"/><path d="m5 17.5 4.5-4 3 2.5 3.5-4 3.5 4"/>',
  urge: '<path d="M13 3 5.5 13.5H11l-1 7.5 8-11h-5.5z"/>',
  grid: '<rect x="4" y="4" width="6.5" height="6.5" rx="1.5"/><rect x="13.5" y="4" width="6.5" height="6.5" rx="1.5"/><rect x="4" y="13.5" width="6.5" height="6.5" rx="1.5"/><rect x="13.5" y="13.5" width="6.5" height="6.5" rx="1.5"/>',
  dots: '<path d="M6 12h.1M12 12h.1M18 12h.1"/>',
  calendar: '<rect x="4" y="5.5" width="16" height="15" rx="2"/><path d="M4 10h16M8.5 3.5v4M15.5 3.5v4"/>',
  flag: '<path d="M6 21V4h11.5l-2.5 4 2.5 4H6"/>',
  send: '<path d="M20.5 4 3.5 11l6.5 2.5L13 20z"/><path d="m10 13.5 4.5-4"/>',
  shop: '<path d="M4 10v10h16V10M3.5 9.5 5.5 4h13l2 5.5a2.8 2.8 0 0 1-5.6 0 2.8 2.8 0 0 1-5.6 0 2.8 2.8 0 0 1-5.8 0z"/><path d="M9.5 20v-5.5h5V20"/>',
  bowl: '<path d="M3.5 11.5h17a8.5 8.5 0 0 1-5 7.5v1.5h-7V19a8.5 8.5 0 0 1-5-7.5z"/><path d="M8.5 8c-1-1.5 1-2.5 0-4M12 8c-1-1.5 1-2.5 0-4M15.5 8c-1-1.5 1-2.5 0-4"/>',
  cart: '<path d="M3 4.5h2.5L8 15.5h10l2-8H6.3"/><circle cx="9" cy="19" r="1.4"/><circle cx="17" cy="19" r="1.4"/>',
  ticket: '<path d="M4 7h16v3.2a1.8 1.8 0 0 0 0 3.6V17H4v-3.2a1.8 1.8 0 0 0 0-3.6z"/><path d="M13.5 7v10" stroke-dasharray="2 2"/>',
  minus: '<path d="M5 12h14"/>',
  leaf: '<path d="M5 19c0-9 5-14 15-14 0 10-5 14-12 13M5 21c1-5 4-8 8-10"/>',
} as const

export type IconName = keyof typeof PATHS

const cache = new Map<string, string>()

/** `url("data:…")` of an icon; unknown names (a newer server's) get a plain dot. */
export function iconUrl(name: string): string {
  const known = cache.get(name)
  if (known) return known
  const inner = PATHS[name as IconName] ?? '<circle cx="12" cy="12" r="4"/>'
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#000" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round">${inner}</svg>`
  const url = svgUrl(svg)
  cache.set(name, url)
  return url
}

/** An SVG as a CSS url(); parentheses and quotes escaped so that it survives a style attribute. */
export function svgUrl(svg: string): string {
  const code = encodeURIComponent(svg).replace(/[()']/g, c => `%${c.charCodeAt(0).toString(16)}`)
  return `url("data:image/svg+xml,${code}")`
}
