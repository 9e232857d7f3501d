//! Taking over a merchant that was affiliated before this platform kept its file (存量接收): a city that begins with a
//! list of merchants does not send all of them home.
//!
//! A way in for a while only, which is closed unless the city's settings open it. Two persons let a merchant in; its
//! code is looked up, its legal representative is named, and no ban is passed by. What the policy asks of everybody
//! beside that is *owed*: each category says what it lacks ([`Handover`]) until it is handed in, is suspended when its
//! time is over, and the merchant has no certificate before its file is complete.

use kernel::{ActorId, CategoryCode, City, MerchantId, Timestamp};
use serde::{Deserialize, Serialize};

use super::ban::{Ban, Registration};
use super::dossier::{Dossier, Origin, end_of_day};
use super::notice::Subject;
use super::policy::AdmissionPolicy;
use super::register::Attestation;
use super::wanted::{Wanted, check_holders, check_wanted};
use crate::commands::{Change, Opening, Recording, affiliate};
use crate::denied::{Denied, Faults};
use crate::merchant::{Commitment, Profile};
use crate::prices::PriceList;

const EVIDENCE_CHARS_MAX: usize = 500;

/// Whether and how a city may take merchants over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakeOverTerms {
    /// The first moment at which nobody is taken over any more; none when nobody ever is.
    pub until: Option<Timestamp>,
    /// How many days a merchant has to complete its file.
    pub complete_within_days: u16,
}

/// A merchant to be taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakingOver {
    /// The id to be given.
    pub merchant: MerchantId,
    /// The city.
    pub city: City,
    /// What it is.
    pub wanted: Wanted,
    /// What it is committed to, each until when.
    pub commitments: Vec<Commitment>,
    /// Who it is before the law.
    pub registration: Registration,
    /// What was seen of it in the register of organisations, and where that lies.
    pub register_check: String,
    /// Who proposed it, and looked it up.
    pub proposed_by: ActorId,
    /// Who agreed.
    pub approved_by: ActorId,
}

/// A category that was taken over, and of which not everything is there yet (待补档案).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// The category.
    pub category: CategoryCode,
    /// The first moment at which what is missing suspends it: the end of its commitment, or of the time that the city
    /// gives, whichever is first.
    pub complete_by: Timestamp,
    /// Whether the price list spoke of all its items, when it was last looked at.
    pub priced: bool,
    /// Whether a worker was green where homes are entered, when it was last looked at.
    pub staffed: bool,
}

impl Handover {
    /// What was not shown beside papers and commitment, which the file itself holds.
    pub(super) fn not_shown(&self) -> impl Iterator<Item = Subject> + use<> {
        let prices = (!self.priced).then(|| Subject::Prices(self.category.clone()));
        let workers = (!self.staffed).then(|| Subject::Workers(self.category.clone()));
        prices.into_iter().chain(workers)
    }
}

/// Takes a merchant over: its file, and its entry as a newcomer without a record here.
///
/// # Errors
/// [`Denied`] when the city takes nobody over now, it does not fit, a category has no policy, a commitment has ended, a
/// ban runs on anybody behind it, or one person would let it in alone.
pub fn take_over(
    new: TakingOver,
    bans: &[Ban],
    policy: &AdmissionPolicy,
    terms: TakeOverTerms,
    at: Recording<'_>,
) -> Result<(Dossier, Change), Denied> {
    if terms.until.is_none_or(|until| until <= at.now) {
        return Err(Denied::TakeOverClosed(terms.until));
    }
    if new.proposed_by == new.approved_by {
        return Err(Denied::SamePerson);
    }
    check(&new, policy, at.now)?;
    if bans.iter().any(|ban| ban.runs(at.now) && ban.is_on(new.merchant, &new.registration)) {
        return Err(Denied::State { what: "the merchant", state: "banned" });
    }
    let TakingOver { merchant, city, wanted, commitments, registration, .. } = new;
    let origin = Origin::TakenOver {
        proposed_by: new.proposed_by,
        approved_by: new.approved_by,
        taken_over_at: at.now,
    };
    let mut dossier = Dossier::empty(city, merchant, origin, registration);
    dossier.register_check = Some(Attestation::of(true, &new.register_check, new.proposed_by, at.now));
    dossier.granted = commitments.iter().map(|made| made.category.clone()).collect();
    let handover = |made: Commitment| Handover {
        category: made.category,
        complete_by: made.commitment_until.min(end_of_day(at.now, terms.complete_within_days)),
        priced: false,
        staffed: false,
    };
    dossier.owed = commitments.into_iter().map(handover).collect();
    // Nobody has posted anything for it yet, and nobody works for it yet.
    let dossier = dossier.shown(&PriceList::empty(city, merchant), None, policy, at.now);
    let Wanted { name, home, areas, capacity, hours } = wanted;
    let categories = dossier.serving(policy, at.now);
    let profile =
        Profile { id: merchant, city, name, home, areas, categories, capacity, hours, green_until: None };
    Ok((dossier, affiliate(profile, Opening::Newcomer, at)))
}

fn check(new: &TakingOver, policy: &AdmissionPolicy, now: Timestamp) -> Result<(), Denied> {
    let categories: Vec<_> = new.commitments.iter().map(|made| made.category.clone()).collect();
    let mut faults = Faults::default();
    check_wanted(&mut faults, new.city, &new.wanted, &categories);
    check_holders(&mut faults, &new.registration, "#/legal_representative");
    faults.text(&new.register_check, EVIDENCE_CHARS_MAX, "#/register_check");
    let runs = new.commitments.iter().all(|made| now < made.commitment_until);
    faults.unless(
        runs,
        "#/commitment_until",
        "须在此刻之后：承诺已到期",
        "must lie ahead: the commitment has ended",
    );
    let days = policy.rules.commitment_days;
    let last = end_of_day(now, days);
    let fits = new.commitments.iter().all(|made| made.commitment_until <= last);
    let zh = format!("须在 {days} 天之内：今天签署的承诺也只到那时");
    let en = format!("must lie within {days} days, as long as a commitment signed today would stand");
    faults.unless(fits, "#/commitment_until", &zh, &en);
    faults.none()?;
    categories.iter().try_for_each(|category| policy.row(category).map(drop))
}

impl Dossier {
    /// The category's debt, where it was taken over and is not complete.
    pub(super) fn handover(&self, category: &CategoryCode) -> Option<&Handover> {
        self.owed.iter().find(|owed| owed.category == *category)
    }

    /// Whether everything is there that the policy asked for when the merchant came in. A file that was taken over
    /// becomes whole, category by category, and stays so: what ends afterwards ends as with everybody.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.owed.is_empty()
    }

    /// The file after a look at what stands beside it: what is complete is owed no longer.
    #[must_use]
    pub fn shown(
        &self,
        prices: &PriceList,
        green_until: Option<Timestamp>,
        policy: &AdmissionPolicy,
        now: Timestamp,
    ) -> Self {
        let mut next = self.clone();
        for owed in &mut next.owed {
            let row = policy.row(&owed.category);
            let priced = |items: &[_]| !items.is_empty() && prices.missing(items, now).is_empty();
            owed.priced = row.as_ref().is_ok_and(|row| priced(&row.items));
            let green = green_until.is_some_and(|until| now < until);
            owed.staffed = row.is_ok_and(|row| green || !row.enters_home);
        }
        let states = next.categories(policy, now);
        let complete = |owed: &Handover| {
            states.iter().any(|state| state.category == owed.category && state.missing.is_empty())
        };
        next.owed.retain(|owed| !complete(owed));
        if next == *self {
            return next;
        }
        Self { version: self.version.next(), ..next }
    }
}
