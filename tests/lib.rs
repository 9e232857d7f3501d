//! Stories across services: `tests/story` tells them, each against the four services as they are built, a real
//! nats-server and real databases. This library is empty; cargo wants one beside the tests.
