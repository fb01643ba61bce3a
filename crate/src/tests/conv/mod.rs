pub mod conv2d;
mod conv2d_pooled;
