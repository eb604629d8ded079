// Whether a young person holds the phone, where the worker behind the pages can read it too.
const MARK = 'handed'

export const isHanded = () => self.caches?.has(MARK) ?? Promise.resolve(false)
export const markHanded = () => self.caches?.open(MARK)
export const unmarkHanded = () => self.caches?.delete(MARK)
