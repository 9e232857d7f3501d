//! Stories across services, the faults they survive, and what stands in `deploy/`: see `README.md`. This library is
//! empty; cargo wants one beside the tests.
