//! Stories across services.
