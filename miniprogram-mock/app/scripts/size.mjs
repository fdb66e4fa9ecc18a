/**
 * What the first page of the H5 build costs, gzipped (every JS and CSS file it needs), and the size
 * of mp-weixin's main package. Fails when over the limits. Prints only what is built.
 */
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const KB = 1024
const LIMITS = { h5: 250 * KB, weixin: KB * KB }
const FIRST_PAGE = 'pages-resident-index'
const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'dist', 'build')

/** Files the first page needs: the document's own tags, and what Vite preloads with the page's chunk. */
function firstLoad(dir) {
  const html = fs.readFileSync(path.join(dir, 'index.html'), 'utf8')
  const own = [...html.matchAll(/(?:src|href)="\.?\/?(assets\/[^"]+)"/g)].map(m => m[1])
  const entry = own.find(f => f.endsWith('.js'))
  const code = fs.readFileSync(path.join(dir, entry), 'utf8')
  const names = JSON.parse(/m\.f=(\[[^\]]*\])/.exec(code)[1])
  const call = new RegExp(`import\\("\\./${FIRST_PAGE}[^"]*"\\),__vite__mapDeps\\((\\[[^\\]]*\\])`).exec(code)
  const page = JSON.parse(call[1]).map(i => `assets/${names[i].replace('./', '')}`)
  return [...new Set([...own, ...page])]
}

function h5(dir) {
  let total = gzipSync(fs.readFileSync(path.join(dir, 'index.html'))).length
  for (const file of firstLoad(dir).sort()) {
    const bytes = gzipSync(fs.readFileSync(path.join(dir, file))).length
    total += bytes
    console.log(`${(bytes / KB).toFixed(1).padStart(8)} KB  ${file}`)
  }
  return total
}

/** Bytes below a folder, without the folders of `skip` (full paths). */
function folder(dir, skip) {
  return fs.readdirSync(dir, { withFileTypes: true }).reduce((sum, entry) => {
    const full = path.join(dir, entry.name)
    if (skip.includes(full)) return sum
    return sum + (entry.isDirectory() ? folder(full, skip) : fs.statSync(full).size)
  }, 0)
}

function weixin(dir) {
  const app = JSON.parse(fs.readFileSync(path.join(dir, 'app.json'), 'utf8'))
  return folder(dir, (app.subPackages ?? []).map(p => path.join(dir, p.root)))
}

const measures = { h5: ['H5 first load, gzipped', h5], weixin: ['mp-weixin main package', weixin] }
const folders = { h5: 'h5', weixin: 'mp-weixin' }
for (const [key, [name, measure]] of Object.entries(measures)) {
  const dir = path.join(root, folders[key])
  if (!fs.existsSync(dir)) { console.log(`${name}: not built`); continue }
  const bytes = measure(dir)
  const fits = bytes <= LIMITS[key]
  console.log(`${name}: ${(bytes / KB).toFixed(1)} KB of ${LIMITS[key] / KB} KB${fits ? '' : '  TOO BIG'}`)
  if (!fits) process.exitCode = 1
}
