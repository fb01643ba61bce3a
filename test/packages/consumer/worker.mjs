import torch from 'softmargin'
import * as loss from 'softmargin/loss'
import { digits } from './digits.mjs'

export default {
  fetch: () => new Response(digits(torch, loss)),
}
