//! The pure model of feedback.
