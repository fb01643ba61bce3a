"""Layers of sequences, images and volumes: how torch prints and initialises them, their results and gradients.

{ cases: [ { name, layer, args, options, seed, str, names, state: [tensor], x, output: [tensor], upstream, grads: [ { shape, data } ] } ] }
Results are of float64, but for dropout, whose draws need float32.
"""

import torch
from torch import nn

from writing import eighths, grad_of, tensor, write

L, I, V = (2, 4, 6), (2, 4, 5, 6), (1, 2, 4, 4, 3)
CASES = [
    ("Conv1d", [4, 6, 3], {"padding": 1}, L), ("Conv1d", [4, 6, 3], {"stride": 2, "groups": 2, "bias": False}, L),
    ("Conv1d", [4, 2, 2], {"padding": "same", "padding_mode": "circular"}, L), ("Conv1d", [4, 2, 3], {"dilation": 2}, (4, 6)),
    ("Conv2d", [4, 3, [2, 3]], {"padding": [1, 2], "padding_mode": "reflect"}, I),
    ("Conv2d", [4, 3, 3], {"padding": "same", "padding_mode": "replicate"}, I[1:]),
    ("Conv3d", [2, 3, 2], {"padding": 1, "stride": [1, 2, 1]}, V), ("Conv3d", [2, 2, [3, 1, 2]], {"groups": 2}, V),
    ("ConvTranspose1d", [4, 3, 3], {"stride": 2, "padding": 1, "output_padding": 1}, L),
    ("ConvTranspose2d", [4, 6, 3, 2, 1, 1], {"groups": 2}, I), ("ConvTranspose2d", [4, 2, [2, 3]], {"dilation": [2, 1], "bias": False}, I),
    ("ConvTranspose2d", [4, 2, 3], {"stride": [1, 2], "dilation": [3, 1], "output_padding": [2, 1]}, I),
    ("ConvTranspose3d", [2, 3, [2, 3, 2]], {"stride": [2, 1, 2], "padding": [0, 1, 0]}, V),
    ("MaxPool1d", [2], {}, L), ("MaxPool1d", [3, 2, 1], {"return_indices": True}, L),
    ("MaxPool2d", [2], {"return_indices": True}, I), ("MaxPool3d", [2], {"ceil_mode": True, "return_indices": True}, V),
    ("AvgPool1d", [3], {"padding": 1, "count_include_pad": False}, L), ("AvgPool3d", [2], {"ceil_mode": True}, V),
    ("AdaptiveAvgPool1d", [4], {}, L), ("AdaptiveAvgPool3d", [[2, None, 2]], {}, V),
    ("AdaptiveMaxPool1d", [4], {"return_indices": True}, L), ("AdaptiveMaxPool2d", [[3, None]], {}, I),
    ("AdaptiveMaxPool3d", [2], {"return_indices": True}, V),
    ("BatchNorm3d", [2], {}, V), ("GroupNorm", [2, 4], {}, I), ("GroupNorm", [4, 4], {"affine": False}, L),
    ("InstanceNorm1d", [4], {"affine": True}, L), ("InstanceNorm2d", [4], {"track_running_stats": True}, I),
    ("InstanceNorm2d", [4], {"eps": 1e-3}, I[1:]), ("InstanceNorm3d", [2], {"affine": True, "bias": False}, V),
    ("RMSNorm", [6], {}, L), ("RMSNorm", [[5, 6]], {"eps": 1e-2, "elementwise_affine": False}, I),
    ("LocalResponseNorm", [2], {}, L), ("LocalResponseNorm", [3], {"alpha": 0.5, "k": 2.5}, I),
    ("Dropout1d", [0.5], {}, L), ("Dropout1d", [0.5], {}, (4, 6)), ("Dropout2d", [0.3], {}, I), ("Dropout3d", [], {}, V),
    ("AlphaDropout", [0.4], {}, L), ("FeatureAlphaDropout", [0.4], {}, I), ("Dropout2d", [], {"inplace": True}, I),
    ("ConstantPad1d", [[1, 2], 3.5], {}, L), ("ConstantPad2d", [1, -2], {}, I), ("ConstantPad3d", [1, 0.5], {}, V),
    ("ZeroPad1d", [2], {}, L), ("ZeroPad2d", [[1, 0, -1, 2]], {}, I), ("ZeroPad3d", [1], {}, V),
    ("ReflectionPad1d", [2], {}, L), ("ReflectionPad2d", [[1, 2, 3, 0]], {}, I), ("ReflectionPad3d", [1], {}, V),
    ("ReplicationPad1d", [2], {}, L), ("ReplicationPad2d", [2], {}, I[1:]), ("ReplicationPad3d", [1], {}, V),
    ("CircularPad1d", [2], {}, L), ("CircularPad2d", [[1, 2, 0, 3]], {}, I), ("CircularPad3d", [1], {}, V),
    ("Unfold", [2], {"stride": 2}, I), ("Fold", [[4, 5], 2], {"padding": 1, "dilation": 2}, (1, 8, 20)),
    ("PixelShuffle", [2], {}, I), ("PixelUnshuffle", [2], {}, (1, 2, 4, 6)), ("ChannelShuffle", [2], {}, I),
    ("Unflatten", [1, [2, 2]], {}, L), ("Upsample", [9], {"mode": "linear"}, L),
    ("Upsample", [], {"scale_factor": 2.0}, I), ("Upsample", [[4, 9]], {"mode": "bicubic", "align_corners": True}, I),
    ("Upsample", [], {"scale_factor": [1.5, 0.7], "mode": "bilinear"}, I), ("Upsample", [3], {"mode": "trilinear"}, V),
    ("UpsamplingNearest2d", [3], {}, I), ("UpsamplingBilinear2d", [], {"scale_factor": 2.0}, I),
]

python = lambda v: tuple(map(python, v)) if isinstance(v, list) else v
entries = []
for i, (layer, args, options, shape) in enumerate(CASES):
    torch.manual_seed(i)
    module = getattr(nn, layer)(*map(python, args), **{k: python(v) for k, v in options.items()})
    names, state = list(module.state_dict()), [tensor(p.clone()) for p in module.state_dict().values()]
    dtype = torch.float32 if "Dropout" in layer else torch.float64
    module = module.to(dtype)
    torch.manual_seed(500 + i)
    count = torch.Size(shape).numel()
    # Different values, so that no maximum is there twice.
    x = (((torch.arange(count) * 7919) % 1009).float() / 64 - 8).reshape(shape)
    leaf = x.to(dtype).requires_grad_()
    torch.manual_seed(1000 + i)
    result = module(leaf * 1)
    output = list(result) if isinstance(result, tuple) else [result]
    upstream = eighths(*output[0].shape)
    output[0].backward(upstream.to(dtype))
    entries.append({"name": f"{i}: {layer} {args} {options}", "layer": layer, "args": args, "options": options, "seed": i,
                    "str": str(module), "names": names, "state": state, "x": tensor(x),
                    "output": [tensor(y, 9) for y in output], "after": [tensor(p, 9) for p in module.buffers()],
                    "upstream": tensor(upstream), "grads": [grad_of(t, 9) for t in (leaf, *module.parameters())]})
write({"cases": entries})
