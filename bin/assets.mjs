// Builds static/built: one hashed, minified file per entry with its .br and .gz, and manifest.json from entry to file.
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync, existsSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { basename, parse } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import esbuild from 'esbuild'
import { compile } from 'sass'

const target = 'static/built', fresh = 'static/built.fresh', manifest = {}

// `@import "govuk.scss" layer(govuk)` inside a stylesheet: Sass first, then bundled like any other file.
const scss = {
  name: 'scss',
  setup(build) {
    build.onLoad({ filter: /\.scss$/ }, ({ path }) => ({
      contents: compile(path, { loadPaths: ['node_modules'], quietDeps: true }).css, loader: 'css',
    }))
  },
}

function keep(name, bytes) {
  const { name: stem, ext } = parse(name)
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 10)
  const file = `${stem}.${hash}${ext}`
  writeFileSync(`${fresh}/${file}`, bytes)
  writeFileSync(`${fresh}/${file}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }))
  writeFileSync(`${fresh}/${file}.gz`, gzipSync(bytes, { level: 9 }))
  manifest[name] = file
}

async function bundle(entries, options) {
  if (!entries.length) return
  const built = await esbuild.build({
    entryPoints: entries, bundle: true, minify: true, write: false, outdir: target, logLevel: 'warning',
    target: ['chrome115', 'firefox121', 'safari16.4'], legalComments: 'none', ...options,
  })
  for (const { path, contents } of built.outputFiles) keep(basename(path), contents)
}

const entries = (folder, ext) =>
  existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(ext)).map((name) => `${folder}/${name}`) : []

rmSync(fresh, { recursive: true, force: true })
mkdirSync(fresh, { recursive: true })
await bundle(['static/css/hub.css'].filter(existsSync), { plugins: [scss], external: ['/static/*'] })
await bundle(entries('static/js', '.js'), { format: 'esm' })
// The worker fills its cache from BUILT_FILES: any changed file makes another worker, so the cache is whole or not at all.
const define = { BUILT_FILES: JSON.stringify(Object.values(manifest)) }
await bundle(['static/service-worker.js'].filter(existsSync), { format: 'iife', define })
writeFileSync(`${fresh}/manifest.json`, JSON.stringify(manifest, null, 1) + '\n')
rmSync(target, { recursive: true, force: true })
renameSync(fresh, target)
