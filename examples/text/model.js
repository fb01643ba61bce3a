import torch from 'softmargin'

const { Dropout, Linear, Module, ReLU, Sequential } = torch.nn

/** What is trained on embeddings. */
export const createHead = (features, labels) =>
  new Sequential(new Linear(features, 256), new ReLU(), new Dropout(0.3), new Linear(256, labels))

/** A head and a bag of words, whose logits are added. */
export class HeadAndWords extends Module {
  constructor(features, words, labels) {
    super()
    this.head = createHead(features, labels)
    this.words = new Linear(words, labels)
  }

  forward(embeddings, counts) {
    return this.head.forward(embeddings).add(this.words.forward(counts))
  }
}
