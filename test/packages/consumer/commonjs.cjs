const torch = require('softmargin').default
const loss = require('softmargin/loss')

import('./digits.mjs').then(({ digits }) => console.log(digits(torch, loss)))
