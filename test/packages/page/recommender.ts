import torch from 'softmargin'

const people = 64
const criterion = new torch.nn.MultiLabelSoftMarginLoss()
const embeddings = torch.randn([people, 50])
const scorer = new torch.nn.Linear(50, 100)
const optimizer = new torch.optim.SGD(scorer.parameters(), { lr: 1 })

const bought = torch.zeros([people, 100])
for (let person = 0; person < people; person++) bought[person][person % 100] = 1

const first = criterion.forward(scorer.forward(embeddings), bought)
for (let step = 0; step < 20; step++) {
  optimizer.zero_grad()
  criterion.forward(scorer.forward(embeddings), bought).backward()
  optimizer.step()
}
const last = criterion.forward(scorer.forward(embeddings), bought)
if (!(last.item() < first.item())) throw new Error('did not learn')
console.log(last.item())
