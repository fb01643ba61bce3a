/** Why something of PyTorch is not here, by patterns of names; the first that matches. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [
    /^(fft\.|i?stft|complex|polar|real|imag|conj|resolve_|angle|view_as_(complex|real)|c(float|double|half)$|mH$|H$)/,
    'for want of complex numbers',
  ],
  [/sparse/i, 'for want of sparse tensors'],
  [/^(double|half|bfloat16|short|char|int16)$/, 'for want of the element type'],
  [/3d$/, 'for volumes: labels of images and documents have two and one dimensions'],
  [
    /^(linalg\.|cholesky|lu|qr|geqrf|ormqr|svd|pca|pinverse|triangular|matrix_exp|logdet)/,
    'factorisations of matrices',
  ],
  [
    /^(special\.|igamma|mvlgamma|polygamma|nextafter|frexp|ldexp)/,
    'special functions of physics and statistics',
  ],
  [/^(signal\.|grid_sampler|nn\.functional\.grid_sample|grid_sample|affine_grid)/, 'signals and geometry'],
  [/^masked\./, 'masked tensors, which are a prototype there too'],
  [
    /(_copy|_strided|_permuted|^resize|^alias|^empty_|^unsafe_|_static|^hash_tensor|^constant_pad_nd)$/,
    'inner parts',
  ],
  [/^Lazy/, 'sizes are stated here'],
  [/^(Sync|Distributed|get_worker)/, 'one process trains'],
  [/(scaled_|grouped_)(mm|addmm|grouped_mm)|^conv_tbc|^native_/, 'kernels for other hardware'],
]

/** The reason, in words that follow "Not here". */
export const reasonFor = (name: string): string =>
  REASONS.find(([pattern]) => pattern.test(name))?.[1] ?? 'because nobody asked yet'
