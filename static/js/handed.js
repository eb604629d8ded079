// The page in a young person's hands: it says so to the worker behind it, and does nothing else.
import { markHanded } from './shell/handed.js'

markHanded()
