/** Families of kernels that only an app with one of their operations carries, where kernels are inlined. */
export const families = {
  attention: /attention/,
  conv: /conv2d|pool2d/,
  // Splits of datasets, weights of rows, and wrong targets.
  data: /^stratify|^label_/,
  embedding: /embedding_bag/,
  // Of functions and methods that core has not.
  extremes: /^(arg)?max_axis/,
  // The multi-label soft margin loss is in the core.
  loss: /cross_entropy|(mse|nll|l1|multi_margin|focal|asymmetric)_loss|^soft_margin|multilabel_margin|known_labels/,
  metrics:
    /metrics_|calibration_|ranking_|stat_scores_|curve_|_thresholds|class_weights|encode_labels|exact_match_/,
  norm: /(batch|layer)_norm/,
  recurrent: /recurrent/,
  sgd: /^sgd$/,
  sparse: /^csr_/,
  // Of the rarer optimizers.
  optim: /^optim_|^rmsprop|^adagrad/,
}
