// Sealing: HPKE base mode (RFC 9180) to the hub's public key. Nothing on the phone opens what this makes.
import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_P256_HKDF_SHA256 } from 'hpke'
import { fromBase64, join, utf8 } from './bytes.js'

const BUCKET = 1024
const PREFIX = 4
const suite = new CipherSuite(KEM_DHKEM_P256_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM)
const keys = new Map()

// `key` is what the page carries: `kid:public point in base64`. Gives the blob: encapsulated point, then ciphertext.
export async function seal(key, id, form, said) {
  const kid = kidOf(key)
  if (!keys.has(key)) keys.set(key, await suite.DeserializePublicKey(fromBase64(key.slice(kid.length + 1))))
  const info = utf8(`outbox/v1|${kid}|${id}|${form}`)
  const { encapsulatedSecret, ciphertext } = await suite.Seal(keys.get(key), pad(utf8(JSON.stringify(said))), { info })
  return join(encapsulatedSecret, ciphertext)
}

// Signs a blob for one id and form: raw r and s, as Web Crypto gives them.
export async function signature(key, id, form, blob) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', blob))
  const message = join(utf8(`outbox/v1|${id}|${form}|`), digest)
  return new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, message))
}

export const kidOf = (key) => key.slice(0, key.indexOf(':'))

// The length, the text, then zeros up to the next whole kilobyte, so that sizes tell little.
export function pad(text) {
  const padded = new Uint8Array(Math.ceil((text.length + PREFIX) / BUCKET) * BUCKET)
  new DataView(padded.buffer).setUint32(0, text.length)
  padded.set(text, PREFIX)
  return padded
}
