mod activation;
mod convert;
mod function;
mod integer;
mod power;
