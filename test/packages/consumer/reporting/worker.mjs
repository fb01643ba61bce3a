import torch from 'softmargin'
import * as loss from 'softmargin/loss'
import { digits } from '../digits.mjs'

postMessage(digits(torch, loss))
