//! Stories across services, and the faults they survive: see `README.md`. This library is empty; cargo wants one
//! beside the tests.
