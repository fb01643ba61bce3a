import torch from 'softmargin'

const { BatchNorm2d, Conv2d, Dropout, Flatten, Linear, MaxPool2d, ReLU, Sequential } = torch.nn

/** Half the height and width, twice the features. */
const block = (from, to) => [
  new Conv2d(from, to, 3, { padding: 1, bias: false }),
  new BatchNorm2d(to),
  new ReLU(),
  new MaxPool2d(2),
]

/** A small network for pictures [N, 3, 32, 32]. */
export const createModel = (tags) =>
  new Sequential(
    ...block(3, 16),
    ...block(16, 32),
    ...block(32, 64),
    ...block(64, 128),
    new Flatten(),
    new Dropout(0.3),
    new Linear(128 * 2 * 2, tags),
  )

/** What a network must beat: a weight for each pixel and tag. */
export const createBaseline = (tags) => new Sequential(new Flatten(), new Linear(3 * 32 * 32, tags))
