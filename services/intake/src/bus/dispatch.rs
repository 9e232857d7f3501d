//! What dispatch says about assignments.

use chassis::bus::subscription::{Handle, Subscription};
use chassis::store::{Command as _, Tx};
use contracts::dispatch::{Accepted, Completed, Declined, Expired, Offered, Released, Unserved};
use contracts::streams::Stream;
use intake_domain::{AssignmentStep, Fact, Happening};
use kernel::Actor;

use crate::error::Error;
use crate::usecases::ApplyDispatchEvent;

/// The durable consumer of dispatch's events.
pub(crate) fn dispatch() -> Subscription {
    Subscription::new("intake-dispatch", Stream::Dispatch)
        .on::<Offered, _>(OnDispatch)
        .on::<Accepted, _>(OnDispatch)
        .on::<Declined, _>(OnDispatch)
        .on::<Expired, _>(OnDispatch)
        .on::<Completed, _>(OnDispatch)
        .on::<Released, _>(OnDispatch)
        .on::<Unserved, _>(OnDispatch)
}

struct OnDispatch;

/// Says which step of an assignment an event is, and when it was.
macro_rules! on_assignment {
    ($($event:ident => $step:ident at $at:ident;)*) => {$(
        impl Handle<$event> for OnDispatch {
            type Error = Error;

            async fn handle(&self, tx: &mut Tx, event: $event) -> Result<(), Error> {
                let happening = Happening::Assignment {
                    assignment: event.assignment,
                    merchant: event.merchant,
                    step: AssignmentStep::$step,
                };
                let fact = Fact { happening, at: event.$at, by: event.by };
                let command = ApplyDispatchEvent { city: event.city, request: event.request, fact };
                command.run(tx).await.map(drop)
            }
        }
    )*};
}

on_assignment! {
    Offered => Offered at offered_at;
    Accepted => Accepted at accepted_at;
    Declined => Declined at declined_at;
    Expired => Expired at expired_at;
    Completed => Completed at completed_at;
    Released => Released at released_at;
}

impl Handle<Unserved> for OnDispatch {
    type Error = Error;

    async fn handle(&self, tx: &mut Tx, event: Unserved) -> Result<(), Error> {
        let fact = Fact { happening: Happening::Unserved, at: event.unserved_at, by: Actor::Platform };
        let command = ApplyDispatchEvent { city: event.city, request: event.request, fact };
        command.run(tx).await.map(drop)
    }
}
