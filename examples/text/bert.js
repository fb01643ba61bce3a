import torch from 'softmargin'

const { Embedding, LayerNorm, Module, TransformerEncoder, TransformerEncoderLayer } = torch.nn

/** BERT as far as sentence embeddings need it: hidden states [N, L, E] of tokens [N, L]. */
export class Bert extends Module {
  constructor({
    vocab_size,
    hidden_size,
    num_hidden_layers,
    num_attention_heads,
    intermediate_size,
    max_position_embeddings,
    type_vocab_size,
    layer_norm_eps,
  }) {
    super()
    this.words = new Embedding(vocab_size, hidden_size)
    this.positions = new Embedding(max_position_embeddings, hidden_size)
    this.types = new Embedding(type_vocab_size, hidden_size)
    this.norm = new LayerNorm(hidden_size, layer_norm_eps)
    const layer = new TransformerEncoderLayer(hidden_size, num_attention_heads, intermediate_size, {
      activation: 'gelu',
      layer_norm_eps,
      batch_first: true,
    })
    this.encoder = new TransformerEncoder(layer, num_hidden_layers)
  }

  /** Of all [N, L]; attention_mask is 0 where there is only padding. */
  forward(input_ids, attention_mask, token_type_ids) {
    const positions = torch.arange(input_ids.shape[1], { dtype: torch.int32 }).unsqueeze(0)
    const parts = [
      this.words.forward(input_ids),
      this.positions.forward(positions),
      this.types.forward(token_type_ids),
    ]
    const embedded = this.norm.forward(parts.reduce((sum, part) => sum.add(part)))
    return this.encoder.forward(embedded, { src_key_padding_mask: attention_mask.eq(0) })
  }
}

/** The names of Hugging Face's BertModel, as those of {@link Bert}. */
export function stateOf(weights, layers) {
  const state = {}
  const take = (name, from) => {
    state[name] = weights[from]
  }
  for (const [name, from] of Object.entries({ words: 'word', positions: 'position', types: 'token_type' }))
    take(`${name}.weight`, `embeddings.${from}_embeddings.weight`)
  for (const kind of ['weight', 'bias']) {
    take(`norm.${kind}`, `embeddings.LayerNorm.${kind}`)
    for (let i = 0; i < layers; i++) {
      const [to, from] = [`encoder.layers.${i}`, `encoder.layer.${i}`]
      const projections = ['query', 'key', 'value'].map(
        (name) => weights[`${from}.attention.self.${name}.${kind}`],
      )
      state[`${to}.self_attn.in_proj_${kind}`] = torch.cat(projections)
      take(`${to}.self_attn.out_proj.${kind}`, `${from}.attention.output.dense.${kind}`)
      take(`${to}.norm1.${kind}`, `${from}.attention.output.LayerNorm.${kind}`)
      take(`${to}.linear1.${kind}`, `${from}.intermediate.dense.${kind}`)
      take(`${to}.linear2.${kind}`, `${from}.output.dense.${kind}`)
      take(`${to}.norm2.${kind}`, `${from}.output.LayerNorm.${kind}`)
    }
  }
  return state
}
