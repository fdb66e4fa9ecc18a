/** Plain DOM for the demo's own panels: they stand for WeChat, so they are no part of the app. */
type Child = Node | string | null | false

/** `h('button.primary', { onclick }, 'text')` */
export function h(tag: string, attrs: Record<string, unknown> = {}, ...children: Child[]): HTMLElement {
  const [name, ...classes] = tag.split('.')
  const node = document.createElement(name)
  if (classes.length) node.className = classes.join(' ')
  for (const [key, value] of Object.entries(attrs)) {
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value as EventListener)
    else if (value === true) node.setAttribute(key, '')
    else if (value !== false && value !== undefined && value !== null) node.setAttribute(key, String(value))
  }
  node.append(...children.filter((c): c is Node | string => Boolean(c)))
  return node
}

const STYLE = `
.lk{--b:#1a6e8e;--bg:#fff;--t:#1b2326;--t2:#5b666b;--l:#e4e8e9;--s:#f3f5f4;font:15px/1.5 -apple-system,'PingFang SC','Noto Sans CJK SC','Noto Sans SC','Microsoft YaHei',sans-serif;color:var(--t);box-sizing:border-box}
.lk *{box-sizing:border-box}
@media (prefers-color-scheme:dark){.lk{--b:#4aa9c9;--bg:#1c2328;--t:#e8edef;--t2:#a3b0b6;--l:#303a40;--s:#12181b}}
.lk-mask{position:fixed;inset:0;z-index:9000;background:rgba(0,0,0,.5);display:flex;align-items:flex-end;justify-content:center}
.lk-sheet{width:100%;max-width:520px;max-height:88vh;overflow:auto;background:var(--bg);border-radius:16px 16px 0 0;padding:20px 20px calc(20px + env(safe-area-inset-bottom,0px));animation:lk-up .2s ease-out}
@keyframes lk-up{from{transform:translateY(30%);opacity:.3}}
.lk h2{font-size:18px;margin:0 0 4px}.lk p{margin:0 0 12px;color:var(--t2);font-size:14px}
.lk h3{font-size:14px;margin:16px 0 8px;color:var(--t2);font-weight:500}
.lk-app{display:flex;align-items:center;gap:8px;margin-bottom:14px;font-size:14px;color:var(--t2)}
.lk-app i{width:24px;height:24px;border-radius:7px;background:#1a6e8e;color:#fff;font:600 13px/24px sans-serif;text-align:center}
.lk-row{display:flex;gap:12px;margin-top:16px}.lk-row>*{flex:1}
.lk button{font:inherit;min-height:44px;border-radius:10px;border:0;background:var(--s);color:var(--t);padding:0 14px;cursor:pointer}
.lk button.primary{background:#07a35a;background:#06874a;color:#fff}
.lk button.line{display:block;width:100%;text-align:left;margin-bottom:8px}
.lk select,.lk input[type=text],.lk input[type=tel]{font:inherit;width:100%;min-height:44px;border:1px solid var(--l);border-radius:10px;background:var(--bg);color:var(--t);padding:0 12px}
.lk label.check{display:flex;align-items:center;gap:10px;min-height:44px;border-bottom:1px solid var(--l)}
.lk label.check input{width:20px;height:20px;accent-color:#07a35a}
.lk-seg{display:flex;background:var(--s);border-radius:10px;padding:3px}.lk-seg button{flex:1;min-height:38px;background:none;padding:0 4px}
.lk-seg button[aria-pressed=true]{background:var(--bg);color:var(--b);font-weight:600;box-shadow:0 1px 4px rgba(0,0,0,.12)}
.lk-msg{padding:10px 12px;border-radius:10px;background:var(--s);margin-bottom:8px;cursor:pointer;font-size:14px}
.lk-msg b{display:block}.lk-msg small{color:var(--t2)}
.lk-banner{position:fixed;left:10px;right:10px;top:calc(8px + env(safe-area-inset-top,0px));z-index:9500;max-width:500px;margin:0 auto;background:var(--bg);border-radius:14px;padding:12px 14px;box-shadow:0 8px 30px rgba(0,0,0,.22);cursor:pointer;animation:lk-down .25s ease-out}
@keyframes lk-down{from{transform:translateY(-120%)}}
.lk-banner small{display:flex;justify-content:space-between;color:var(--t2);font-size:12px;margin-bottom:2px}
.lk-banner b{display:block;font-size:15px}.lk-banner span{color:var(--t2);font-size:14px}
.lk-map{position:relative;width:100%;aspect-ratio:16/10;border-radius:12px;overflow:hidden;cursor:crosshair;background:#e9eee6}
.lk-map svg{display:block;width:100%;height:100%}.lk-pin{position:absolute;transform:translate(-50%,-100%);line-height:0;pointer-events:none}
`

/** Adds the panels' stylesheet once. */
export function styled(): void {
  if (!document.getElementById('lk-style')) document.head.append(h('style', { id: 'lk-style' }, STYLE))
}

/** Shows a bottom sheet; `build` gets the function that closes it with an answer. */
export function sheet<T>(build: (answer: (value: T | null) => void) => Child[], name: string): Promise<T | null> {
  styled()
  return new Promise(resolve => {
    const close = (value: T | null) => { mask.remove(); resolve(value) }
    const box = h('div.lk-sheet', { role: 'dialog', 'aria-modal': 'true', 'aria-label': '微信', 'data-testid': name }, ...build(close))
    const mask = h('div.lk.lk-mask', { onclick: (e: Event) => e.target === mask && close(null) }, box)
    document.body.append(mask)
  })
}

export const appLine = (action: string) => h('div.lk-app', {}, h('i', {}, '邻'), `邻里 ${action}`)
