//! Stories across services: `tests/story` tells them, each against the four services as they are built, a real
//! nats-server and real databases; `tests/deploy` uses what stands in `deploy/`. This library is empty; cargo wants
//! one beside the tests.
