mod activation;
mod bitwise;
mod convert;
mod function;
mod integer;
mod power;
