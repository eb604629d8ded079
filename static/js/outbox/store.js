// What this phone holds: sealed items, each author's signing key, small facts. Only a completed transaction is a success.
let opening = null

function open() {
  opening ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open('outbox', 1)
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore('items', { keyPath: 'id' })
      asked.result.createObjectStore('devices', { keyPath: 'author' })
      asked.result.createObjectStore('notes')
    }
    asked.onerror = () => reject(asked.error)
    asked.onsuccess = () => {
      const database = asked.result
      database.onclose = () => { opening = null }
      database.onversionchange = () => {
        database.close()
        opening = null
      }
      resolve(database)
    }
  })
  return opening
}

async function once(store, mode, work) {
  const database = await open()
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, mode, { durability: 'strict' })
    const asked = work(transaction.objectStore(store))
    transaction.oncomplete = () => resolve(asked?.result)
    transaction.onabort = () => reject(transaction.error ?? new Error('stopped'))
  })
}

// A phone short of memory closes the database under us: open it again, once.
async function within(store, mode, work) {
  try {
    return await once(store, mode, work)
  } catch (failed) {
    opening = null
    if (failed?.name === 'QuotaExceededError') throw failed
    return once(store, mode, work)
  }
}

export const put = (item) => within('items', 'readwrite', (items) => items.put(item))
export const held = () => within('items', 'readonly', (items) => items.getAll())
export const remove = (id) => within('items', 'readwrite', (items) => items.delete(id))

// Changes an item only while it is the one we read: a draft may have been written anew meanwhile.
export const replace = (read, next) =>
  within('items', 'readwrite', (items) => {
    const asked = items.get(read.id)
    asked.onsuccess = () => {
      if (asked.result?.draft !== read.draft) return
      if (next) items.put(next)
      else items.delete(read.id)
    }
  })

export const deviceOf = (author) => within('devices', 'readonly', (devices) => devices.get(author))
export const putDevice = (device) => within('devices', 'readwrite', (devices) => devices.put(device))

export const note = (name) => within('notes', 'readonly', (notes) => notes.get(name))
export const putNote = (name, value) => within('notes', 'readwrite', (notes) => notes.put(value, name))

// What counts as unsent: finished forms, of one author where one is given. Drafts are the server's to give back.
export async function unsent(author = '') {
  const waiting = (await held()).filter((item) => !item.draft && (!author || item.author === author))
  return { waiting, oldest: waiting.length ? Math.min(...waiting.map((item) => item.at)) : null }
}
