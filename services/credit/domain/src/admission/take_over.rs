//! Taking over a merchant that was affiliated before this platform kept its file (存量接收): a city that begins with a
//! list of merchants does not send all of them home. Its commitments stand until they end, for no longer than one that
//! is signed today would; from then on, and for everything else, the policy asks for what it asks everybody. Two
//! persons let it in, and no ban is passed by.

use core::time::Duration;

use kernel::{ActorId, City, MerchantId};

use super::application::{Wanted, check_wanted};
use super::ban::{Ban, Registration};
use super::dossier::Dossier;
use super::policy::AdmissionPolicy;
use crate::commands::{Change, Opening, Recording, affiliate};
use crate::denied::{Denied, Faults};
use crate::merchant::{Commitment, Profile};

const DAY: Duration = Duration::from_secs(24 * 3_600);

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
    /// Who proposed it.
    pub proposed_by: ActorId,
    /// Who agreed.
    pub approved_by: ActorId,
}

/// Takes a merchant over: its file, and its entry as a newcomer without a record here.
///
/// # Errors
/// [`Denied`] when it does not fit, a category has no policy, a commitment has ended, a ban runs on anybody behind
/// it, or one person would let it in alone.
pub fn take_over(
    new: TakingOver,
    bans: &[Ban],
    policy: &AdmissionPolicy,
    at: Recording<'_>,
) -> Result<(Dossier, Change), Denied> {
    let TakingOver { merchant, city, wanted, commitments, registration, proposed_by, approved_by } = new;
    if proposed_by == approved_by {
        return Err(Denied::SamePerson);
    }
    let categories: Vec<_> = commitments.iter().map(|made| made.category.clone()).collect();
    let mut faults = Faults::default();
    check_wanted(&mut faults, city, &wanted, &categories);
    let runs = commitments.iter().all(|made| at.now < made.commitment_until);
    faults.unless(runs, "#/commitment_until", "must lie ahead: the commitment has ended");
    let days = policy.rules.commitment_days;
    let last = at.now.after(DAY * u32::from(days));
    let fits = commitments.iter().all(|made| made.commitment_until <= last);
    let too_far = format!("must lie within {days} days, as long as a commitment signed today would stand");
    faults.unless(fits, "#/commitment_until", &too_far);
    faults.none()?;
    for category in &categories {
        policy.row(category)?;
    }
    if bans.iter().any(|ban| ban.runs(at.now) && ban.is_on(merchant, &registration)) {
        return Err(Denied::State { what: "the merchant", state: "banned" });
    }
    let Wanted { name, home, areas, capacity, hours } = wanted;
    let categories = commitments.clone();
    let profile =
        Profile { id: merchant, city, name, home, areas, categories, capacity, hours, green_until: None };
    let dossier = Dossier::taken_over(city, merchant, Some(registration), commitments);
    Ok((dossier, affiliate(profile, Opening::Newcomer, at)))
}
