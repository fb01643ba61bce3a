import './counting.mjs'
import { answer } from './work.mjs'

answer().then(postMessage)
