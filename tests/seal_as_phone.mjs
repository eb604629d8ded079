// Seals, as a phone does, each item of the JSON on standard input; writes blobs and signatures in base64.
import { base64, fromBase64, uuid7 } from '../static/js/outbox/bytes.js'
import { pad, seal, signature } from '../static/js/outbox/seal.js'

const asked = JSON.parse(await new Response(process.stdin).text())
const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
const point = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
const items = []
for (const { key, id, form, said } of asked.items) {
  const blob = await seal(key, id, form, said)
  items.push({ blob: base64(blob), signature: base64(await signature(pair.privateKey, id, form, blob)) })
}
const ids = Array.from({ length: 50 }, (_, place) => uuid7(1_800_000_000_000 + place))
const sizes = [0, 1019, 1020, 1021].map((length) => pad(new Uint8Array(length)).length)
const same = base64(fromBase64(base64(new Uint8Array([0, 255, 7])))) === base64(new Uint8Array([0, 255, 7]))
console.log(JSON.stringify({ point: base64(point), items, ids, sizes, same }))
