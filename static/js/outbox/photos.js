// One photo beside its form: drawn again so that place and device are gone from it, sealed as an item of its own.
import { base64, uuid7 } from './bytes.js'
import { keep } from './keep.js'
import { held } from './store.js'

const EDGE = 1600
const LARGEST = 1_000_000
const ROOM = 20_000_000

// Gives back what to tell the worker when a photo could not be kept; the words are kept either way.
export async function keepPhotos(files, parent) {
  try {
    for (const [name, file] of files) await keepPhoto(name, file, parent)
    return ''
  } catch (failed) {
    return failed instanceof NoRoom ? 'The photo did not fit on this phone.' : 'This phone could not read the photo.'
  }
}

export const photosIn = (data) => [...data].filter(([, file]) => file instanceof File && file.size)

class NoRoom extends Error {}

async function keepPhoto(name, file, parent) {
  const photo = await redraw(file)
  const queued = (await held()).filter((item) => item.form === 'photo').reduce((sum, item) => sum + item.blob.length, 0)
  if (photo.size > LARGEST || queued + photo.size > ROOM) throw new NoRoom()
  const bytes = new Uint8Array(await photo.arrayBuffer())
  try {
    await keep(uuid7(), 'photo', { parent, typed: { [name]: [base64(bytes)] } })
  } catch {
    throw new NoRoom()
  }
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
