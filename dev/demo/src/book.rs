//! What the demo was answered: the books that the platform is compared with in the end.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use kernel::{Channel, RequestId};
use serde::Serialize;

/// A request that the platform said it has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Received {
    /// Its place in the plan.
    pub(crate) place: usize,
    /// The way it came.
    pub(crate) channel: Channel,
}

macro_rules! figures {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// What happened so far.
        #[derive(Debug, Default)]
        pub(crate) struct Tally {
            $($(#[$doc])* pub(crate) $name: Count,)*
        }

        /// The same, to be written down.
        #[derive(Debug, Clone, Serialize)]
        pub(crate) struct Figures {
            $($(#[$doc])* pub(crate) $name: u64,)*
        }

        impl Tally {
            /// As it is now.
            pub(crate) fn figures(&self) -> Figures {
                Figures { $($name: self.$name.get(),)* }
            }
        }
    };
}

figures! {
    /// Requests handed in and answered 2xx.
    received,
    /// Requests that the platform refused.
    refused,
    /// Requests sent twice with one key.
    sent_twice,
    /// Of these, how often the second answer named another request: must be 0.
    doubled,
    /// Requests whose citizen picked the merchant.
    chosen,
    /// Offers that merchants saw.
    offers,
    /// Offers accepted.
    accepted,
    /// Offers declined.
    declined,
    /// Offers that merchants did not answer on purpose.
    ignored,
    /// Jobs completed.
    completed,
    /// Requests withdrawn.
    cancelled,
    /// Withdrawals that came too late.
    too_late,
    /// Offers that operators made for requests that nobody was found for.
    helped,
    /// Call-backs made.
    calls,
    /// Citizens who were content.
    satisfied,
    /// Citizens who were not.
    unsatisfied,
    /// Calls that reached nobody.
    unreached,
    /// Breaches verified.
    breaches,
    /// Live streams opened, of lists and of timelines.
    streams,
    /// Entries of timelines received live.
    entries,
    /// Lists received live.
    lists,
    /// Entries of timelines that were missing, or lists that went back: must be 0.
    gaps,
    /// Entries of timelines that came twice: must be 0.
    repeats,
    /// Steps that failed in a way nobody expected.
    failures,
}

/// A number that only rises.
#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    /// One more.
    pub(crate) fn add(&self) {
        self.add_many(1);
    }

    /// So many more.
    pub(crate) fn add_many(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    /// How many.
    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The books.
#[derive(Debug, Default)]
pub(crate) struct Book {
    /// The figures.
    pub(crate) tally: Tally,
    received: Mutex<BTreeMap<RequestId, Received>>,
    refusals: Mutex<BTreeMap<String, u64>>,
}

impl Book {
    /// The platform answered that it has the request.
    pub(crate) fn receive(&self, id: RequestId, received: Received) {
        if lock(&self.received).insert(id, received).is_none() {
            self.tally.received.add();
        }
    }

    /// The platform refused a step, with this code.
    pub(crate) fn refuse(&self, what: &str, code: &str) {
        *lock(&self.refusals).entry(format!("{what}: {code}")).or_default() += 1;
    }

    /// The request, if the platform said it has it.
    pub(crate) fn find(&self, id: RequestId) -> Option<Received> {
        lock(&self.received).get(&id).copied()
    }

    /// All requests that the platform said it has.
    pub(crate) fn all(&self) -> BTreeMap<RequestId, Received> {
        lock(&self.received).clone()
    }

    /// What was refused and why, with how often.
    pub(crate) fn refusals(&self) -> BTreeMap<String, u64> {
        lock(&self.refusals).clone()
    }

    /// Counts a failure and says it, so that nothing goes unseen.
    pub(crate) fn fail(&self, what: &str, error: &anyhow::Error) {
        self.tally.failures.add();
        self.refuse(what, &format!("{error:#}"));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
