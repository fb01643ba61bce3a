import torch from '../../ts/index.js'
import { testOperations } from '../support/operations.js'

testOperations('elementwise/where', { where: [([c, a, b]) => torch.where(c, a, b), { absolute: 1e-6 }] })
