/** Signatures of the methods of {@link Module}. */
import { signature } from '../call/signature.js'

export const MODULE = signature('Module')
export const REGISTER_BUFFER = signature(
  'Module.register_buffer',
  'name: str',
  'tensor: any',
  'persistent: bool = True',
)
export const REGISTER_PARAMETER = signature('Module.register_parameter', 'name: str', 'param: any')
export const ADD_MODULE = signature('Module.add_module', 'name: str', 'module: any')
export const NAMED_CHILDREN = signature('Module.named_children')
export const CHILDREN = signature('Module.children')
export const NAMED_MODULES = signature(
  'Module.named_modules',
  'memo: None = None',
  "prefix: str = ''",
  'remove_duplicate: bool = True',
)
export const MODULES = signature('Module.modules', 'remove_duplicate: bool = True')
const WALK = ["prefix: str = ''", 'recurse: bool = True', 'remove_duplicate: bool = True'] as const
export const NAMED_PARAMETERS = signature('Module.named_parameters', ...WALK)
export const PARAMETERS = signature('Module.parameters', 'recurse: bool = True')
export const NAMED_BUFFERS = signature('Module.named_buffers', ...WALK)
export const BUFFERS = signature('Module.buffers', 'recurse: bool = True')
export const GET_SUBMODULE = signature('Module.get_submodule', 'target: str')
export const GET_PARAMETER = signature('Module.get_parameter', 'target: str')
export const GET_BUFFER = signature('Module.get_buffer', 'target: str')
export const APPLY = signature('Module.apply', 'fn: function')
export const REGISTER_FORWARD_PRE_HOOK = signature(
  'Module.register_forward_pre_hook',
  'hook: function',
  '*',
  'prepend: bool = False',
  'with_kwargs: False = False',
)
export const REGISTER_BACKWARD_HOOK = signature(
  'Module.register_full_backward_hook',
  'hook: function',
  'prepend: bool = False',
)
export const REGISTER_BACKWARD_PRE_HOOK = signature(
  'Module.register_full_backward_pre_hook',
  'hook: function',
  'prepend: bool = False',
)
export const REGISTER_FORWARD_HOOK = signature(
  'Module.register_forward_hook',
  'hook: function',
  '*',
  'prepend: bool = False',
  'with_kwargs: False = False',
  'always_call: False = False',
)
export const CLONE = signature('Module.clone')
export const TRAIN = signature('Module.train', 'mode: value = True')
export const EVAL = signature('Module.eval')
export const ZERO_GRAD = signature('Module.zero_grad', 'set_to_none: bool = True')
export const REQUIRES_GRAD = signature('Module.requires_grad_', 'requires_grad: bool = True')
export const STATE_DICT = signature('Module.state_dict', '*', "prefix: str = ''", 'keep_vars: bool = False')
export const LOAD_STATE_DICT = signature(
  'Module.load_state_dict',
  'state_dict: any',
  'strict: bool = True',
  'assign: False = False',
)
export const TO = signature(
  'Module.to',
  "device: 'cpu'|'float32'|Tensor = None",
  "dtype: 'float32' = None",
  'non_blocking: bool = False',
)
export const CPU = signature('Module.cpu')
export const FLOAT = signature('Module.float')
