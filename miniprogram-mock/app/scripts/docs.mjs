/** Puts Swagger UI beside the H5 build, so that the API's documentation needs no foreign host. */
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const app = path.join(path.dirname(fileURLToPath(import.meta.url)), '..')
const from = path.join(app, 'node_modules', 'swagger-ui-dist')
const to = path.join(app, 'dist', 'build', 'h5', 'docs')

const start = `SwaggerUIBundle({
  url: '/openapi.json', dom_id: '#ui', deepLinking: true, docExpansion: 'none', filter: true,
  defaultModelsExpandDepth: 0, validatorUrl: null,
})
`

fs.mkdirSync(to, { recursive: true })
for (const name of ['swagger-ui.css', 'swagger-ui-bundle.js']) fs.copyFileSync(path.join(from, name), path.join(to, name))
fs.writeFileSync(path.join(to, 'start.js'), start)
