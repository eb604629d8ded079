// One photo beside its form: drawn again so that place and device are gone from it, sealed as an item of its own.
import { base64, uuid7 } from './bytes.js'
import { keep } from './keep.js'
import { held } from './store.js'

const EDGE = 1600
const LARGEST = 1_000_000
const ROOM = 20_000_000

// Gives back what to tell the worker when a photo could not be kept; the words are kept either way.
export async function keepPhotos(files, parent) {
  let lost = ''
  for (const [name, file] of files) lost ||= await keepPhoto(name, file, parent)
  return lost
}

export const photosIn = (data) => [...data].filter(([, file]) => file instanceof File && file.size)

async function keepPhoto(name, file, parent) {
  const photo = await redraw(file).catch(() => {})
  if (!photo) return 'This phone could not read the photo.'
  try {
    const queued = (await held()).reduce((sum, { form, blob }) => sum + (form === 'photo' && blob.length), photo.size)
    const bytes = new Uint8Array(await photo.arrayBuffer())
    if (photo.size <= LARGEST && queued <= ROOM) {
      await keep(uuid7(), 'photo', { parent, typed: { [name]: [base64(bytes)] } })
      return ''
    }
  } catch {}
  return 'The photo did not fit on this phone.'
}

async function redraw(file) {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
  const scale = Math.min(1, EDGE / Math.max(picture.width, picture.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(picture.width * scale)
  canvas.height = Math.round(picture.height * scale)
  canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  let photo = null
  for (const quality of [0.8, 0.6, 0.4]) {
    photo = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', quality))
    if (photo.size <= LARGEST) break
  }
  return photo
}
