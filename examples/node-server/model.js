import torch from 'softmargin'

/** What is counted in a message: words of each kind, and its length in hundreds of letters. */
export const FEATURES = ['money', 'parcel', 'password', 'broken', 'thanks', 'length']

export const TAGS = ['billing', 'shipping', 'account', 'complaint', 'praise']

export const createModel = () =>
  new torch.nn.Sequential(
    new torch.nn.Linear(FEATURES.length, 32),
    new torch.nn.LayerNorm(32),
    new torch.nn.GELU(),
    new torch.nn.Linear(32, TAGS.length),
  )
