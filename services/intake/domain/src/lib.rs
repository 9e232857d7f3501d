//! The pure model of intake.
