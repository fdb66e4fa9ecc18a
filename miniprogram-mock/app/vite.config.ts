import fs from 'node:fs'
import { defineConfig, type Plugin } from 'vite'
import uniPlugin from '@dcloudio/vite-plugin-uni'

// A CommonJS package seen from an ES module: its default export is nested.
const uni = ((uniPlugin as unknown as { default?: typeof uniPlugin }).default ?? uniPlugin)

interface PagesJson { pages: { path: string }[]; subPackages?: { root: string; pages: { path: string }[] }[] }
const pagesJson = JSON.parse(fs.readFileSync(new URL('./src/pages.json', import.meta.url), 'utf8')) as PagesJson
const pages = [
  ...pagesJson.pages.map(p => p.path),
  ...(pagesJson.subPackages ?? []).flatMap(s => s.pages.map(p => `${s.root}/${p.path}`)),
]

/** uni's stylesheet names foreign hosts (a shadow picture, an icon font) and Vue's errors a manual: the phone asks nobody else. */
const noForeignHosts = (): Plugin => ({
  name: 'no-foreign-hosts',
  enforce: 'post',
  apply: 'build',
  generateBundle(_options, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type === 'asset' && file.fileName.endsWith('.css')) {
        file.source = String(file.source)
          .replace(/@font-face\{[^}]*https?:\/\/[^}]*\}/g, '')
          .replace(/url\(["']?https?:\/\/[^)]*\)/g, 'none')
      }
      if (file.type === 'chunk') file.code = file.code.replace(/https:\/\/(?:vuejs\.org|uniapp\.dcloud\.net\.cn)\//g, '')
    }
  },
})

const api = process.env.LINLI_API ?? 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [uni(), noForeignHosts()],
  define: { __PAGES__: JSON.stringify(pages) },
  build: { target: 'es2019' },
  server: { port: 5173, proxy: { '/api': { target: api, ws: true } } },
})
