// This phone's signing key for one author: it proves where an item was written, and cannot be taken out of the browser.
import { base64 } from './bytes.js'
import { signature } from './seal.js'
import { deviceOf, putDevice } from './store.js'

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' }

// Makes the key when the author is first seen signed in here, and tells the hub its public half.
export async function enrol(author) {
  const device = (await deviceOf(author)) ?? (await makeKey(author))
  if (device.name) return
  const answer = await fetch('/outbox/device', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Outbox': '1' },
    redirect: 'error',
    body: JSON.stringify({ public: base64(device.point) }),
  })
  const { device_key: name } = await answer.json()
  if (typeof name === 'string') await putDevice({ ...device, name })
}

export async function sign(author, id, form, blob) {
  const device = await deviceOf(author)
  return device ? signature(device.key, id, form, blob) : null
}

async function makeKey(author) {
  const pair = await crypto.subtle.generateKey(CURVE, false, ['sign', 'verify'])
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  const device = { author, key: pair.privateKey, point, name: '' }
  await putDevice(device)
  return device
}
