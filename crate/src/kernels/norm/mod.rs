//! Normalisation by statistics of a batch or of a row.

pub mod batch_norm;
pub mod batch_norm_strips;
pub mod channels;
pub mod layer_norm;
