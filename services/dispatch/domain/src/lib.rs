//! The pure model of dispatch.
