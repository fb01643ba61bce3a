"""What torch says of convolution and pooling that cannot be.

{ errors: [ { name, type, message } ] }
"""

import torch
import torch.nn.functional as F
from torch import nn

from writing import failures, write

O = torch.ones
ERRORS = {
    "conv2d: rank": "F.conv2d(O(8, 8), O(4, 3, 3, 3))",
    "conv2d: channels": "F.conv2d(O(2, 5, 8, 8), O(4, 3, 3, 3))",
    "conv2d: channels, unbatched": "F.conv2d(O(5, 8, 8), O(4, 3, 3, 3))",
    "conv2d: bias": "F.conv2d(O(2, 3, 8, 8), O(4, 3, 3, 3), O(5))",
    "conv2d: kernel": "F.conv2d(O(2, 3, 4, 4), O(4, 3, 9, 9))",
    "conv2d: dilated kernel": "F.conv2d(O(2, 3, 4, 4), O(4, 3, 3, 3), padding=(0, 1), dilation=2)",
    "conv2d: too few outputs": "F.conv2d(O(2, 3, 4, 4), O(4, 3, 3, 3), groups=5)",
    "conv2d: same with a stride": "F.conv2d(O(2, 3, 4, 4), O(4, 3, 3, 3), padding='same', stride=2)",
    "conv2d: padding": "F.conv2d(O(2, 3, 4, 4), O(4, 3, 3, 3), padding='foo')",
    "conv2d: no kernel": "F.conv2d(O(1, 3, 4, 4), O(2, 3, 0, 3))",
    "conv2d: no pixels": "F.conv2d(O(1, 3, 0, 4), O(2, 3, 1, 1), padding=1)",
    "Conv2d: in_channels": "nn.Conv2d(3, 4, 3, groups=2)",
    "Conv2d: out_channels": "nn.Conv2d(3, 4, 3, groups=3)",
    "Conv2d: groups": "nn.Conv2d(3, 4, 3, groups=0)",
    "Conv2d: same with a stride": "nn.Conv2d(3, 4, 3, stride=2, padding='same')",
    "max_pool2d: no channels": "F.max_pool2d(O(2, 0, 4, 4), 2)",
    "max_pool2d: no pixels": "F.max_pool2d(O(2, 3, 0, 4), 2)",
    "max_pool2d: too small": "F.max_pool2d(O(2, 3, 1, 4), 2)",
    "max_pool2d: padding": "F.max_pool2d(O(2, 3, 4, 4), (3, 5), padding=2)",
    "max_pool2d: padding, dilated": "F.max_pool2d(O(2, 3, 4, 4), 2, dilation=3, padding=2)",
    "avg_pool2d: rank": "F.avg_pool2d(O(1, 1, 1, 4, 4), 2)",
    "avg_pool2d: too small": "F.avg_pool2d(O(3, 1, 4), 2)",
    "avg_pool2d: padding": "F.avg_pool2d(O(2, 3, 4, 4), 2, padding=2)",
    "avg_pool2d: divisor": "F.avg_pool2d(O(2, 3, 4, 4), 2, divisor_override=0)",
    "adaptive_avg_pool2d: rank": "F.adaptive_avg_pool2d(O(4, 4), 2)",
    "adaptive_avg_pool2d: no pixels": "F.adaptive_avg_pool2d(O(2, 3, 0, 4), 2)",
}

write({"errors": failures(ERRORS, globals())})
