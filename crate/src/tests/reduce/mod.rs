mod max;
mod product;
