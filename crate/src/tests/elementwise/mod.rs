mod activation;
mod convert;
mod integer;
mod power;
