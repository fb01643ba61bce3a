import torch from 'softmargin'

/** What a song is known by: measurements from 0 to 1. */
export const FEATURES = ['tempo', 'loudness', 'brightness', 'voice', 'strings', 'distortion']

export const TAGS = ['acoustic', 'calm', 'choir', 'dance', 'metal', 'orchestral', 'spoken']

export const createModel = () =>
  new torch.nn.Sequential(
    new torch.nn.Linear(FEATURES.length, 32),
    new torch.nn.ReLU(),
    new torch.nn.Linear(32, TAGS.length),
  )
