//! The pure model of credit.
