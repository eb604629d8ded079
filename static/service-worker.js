// Keeps blank forms and static files for when there is no signal. It answers GET alone and keeps nothing anyone signed in for.
import { drain } from './js/outbox/drain.js'
import { isHanded } from './js/shell/handed.js'

const { version, hub, pages = [], files = [], off } = self.SHELL
const CACHE = `shell-${version}`
const PATIENCE = 8_000

self.addEventListener('install', (event) => event.waitUntil(off ? self.skipWaiting() : fill()))
self.addEventListener('activate', (event) => event.waitUntil(off ? leave() : settle()))
self.addEventListener('message', ({ data }) => data === 'activate' && self.skipWaiting())
self.addEventListener('sync', (event) => event.tag === 'outbox' && event.waitUntil(drainAgain()))

self.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (off || request.method !== 'GET' || origin !== self.location.origin) return
  if (request.mode === 'navigate') event.respondWith(open(event, pathname))
  else if (files.includes(pathname)) event.respondWith(kept(event, pathname))
})

// All or nothing, asked for as nobody: a sign-in page or half a version is never kept.
async function fill() {
  const asked = [...pages, ...files].map((path) => new Request(path, { cache: 'reload', credentials: 'omit', redirect: 'error' }))
  await (await caches.open(CACHE)).addAll(asked)
}

async function settle() {
  for (const name of await caches.keys()) if (name.startsWith('shell-') && name !== CACHE) await caches.delete(name)
  await self.registration.navigationPreload?.enable()
  await self.clients.claim()
}

// The way back: a hub may serve `off`, and this worker goes. What is sealed here stays.
async function leave() {
  for (const name of await caches.keys()) if (name.startsWith('shell-')) await caches.delete(name)
  await self.registration.unregister()
}

// While a young person holds the phone, an address is the hub's to answer, and it answers with their page.
async function open(event, path) {
  const handed = await isHanded()
  return pages.includes(path) && !handed ? kept(event, path) : visit(event, handed)
}

async function kept(event, path) {
  event.waitUntil(Promise.resolve(event.preloadResponse).catch(() => {}))
  const found = await (await caches.open(CACHE)).match(path, { ignoreVary: true })
  return found ?? fetch(event.request)
}

async function visit(event, handed) {
  const late = new Promise((_, give) => setTimeout(give, PATIENCE))
  const answer = async () => (await event.preloadResponse) ?? fetch(event.request)
  try {
    return await Promise.race([answer(), late])
  } catch {
    return handed ? Response.error() : kept(event, `/h/${hub}/no-signal`)
  }
}

// The browser tries again later when this fails.
async function drainAgain() {
  const { stop } = await drain()
  if (stop && stop !== 'kept' && stop !== 'sign_in') throw new Error(stop)
}
