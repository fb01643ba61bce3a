// All the ways to import: each gives the one library, at whatever place of the bundle it ended up.
import * as all from 'softmargin'
import torch, { nn, optim, Tensor } from 'softmargin'
import { parse_csv } from 'softmargin/datasets'
import { softMarginLoss } from 'softmargin/loss'
import * as onnx from 'softmargin/onnx'
import { report } from 'softmargin/report'
import * as slim from 'softmargin/slim'
import { ModelCheckpoint, Trainer } from 'softmargin/trainer'

import('softmargin').then(async (later) => {
  const model = new nn.Sequential(new torch.nn.Linear(2, 3), new all.nn.ReLU())
  const namespaces = [torch, all, later.default, slim.default, all.default]
  const classes = namespaces.map(({ nn, optim, utils, Tensor }) => [
    nn.functional.relu,
    optim.lr_scheduler.StepLR,
    utils.data.DataLoader,
    Tensor,
  ])
  const task = {
    model: new nn.Linear(2, 3),
    criterion: new nn.MultiLabelSoftMarginLoss(),
  }
  const optimizer = new optim.SGD(task.model.parameters(), { lr: 1 })
  const trainer = new Trainer({ max_epochs: 1, callbacks: new ModelCheckpoint({ store: new Map() }) })
  const history = await trainer.fit({ ...task, optimizer }, [[torch.ones([1, 2]), torch.ones([1, 3])]])
  console.log(
    JSON.stringify({
      same: classes.every((each) => each.every((item, i) => item !== undefined && item === classes[0][i])),
      members: namespaces.map((each) => Object.keys(each).length > 50),
      learns: new optim.SGD(model.parameters(), { lr: 1 }).param_groups.length,
      product: model.forward(torch.ones([1, 2])) instanceof Tensor,
      loss: softMarginLoss(new Float32Array(2), new Uint8Array(2), { numClasses: 2 }),
      table: parse_csv('a,b\n1,2\n', { labels: 1 }).features instanceof Tensor,
      trainer: history.length,
      onnx: onnx.export(model, all.zeros([1, 2])).length > 100,
      report: report(all.full([2, 2], 0.5), all.eye(2)).endsWith('</html>\n'),
    }),
  )
})
