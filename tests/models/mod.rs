//! The room `model`: dated models, loaders, and what a broken model is answered with.

mod dated;
mod describe;
mod diff;
mod loading;
mod smithy;
mod twin;
