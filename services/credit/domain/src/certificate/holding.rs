use core::fmt;
use core::str::FromStr;
use core::time::Duration;

use kernel::{Actor, CategoryCode, Day, Grade, Step, Timestamp};

use super::number::CertificateNumber;
use super::statement::{Statement, at_second};
use super::verify::{Verdict, seal};
use crate::keys::{KeyId, SecretKey, SignError};
use crate::merchant::{Merchant, Status};

const DAY: Duration = Duration::from_secs(24 * 3_600);
const LEAST_DAYS_MAX: u16 = 180;

/// Why a certificate is revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// The grade is another one.
    GradeChanged,
    /// The merchant is suspended.
    Suspended,
    /// The platform ended its affiliation.
    Removed,
    /// It left.
    Left,
    /// It serves less than the certificate says.
    CategoriesLost,
    /// It has another name.
    Renamed,
    /// A newer one says more.
    Replaced,
}

impl Why {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::GradeChanged,
        Self::Suspended,
        Self::Removed,
        Self::Left,
        Self::CategoriesLost,
        Self::Renamed,
        Self::Replaced,
    ];

    /// The one form in storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GradeChanged => "grade_changed",
            Self::Suspended => "suspended",
            Self::Removed => "removed",
            Self::Left => "left",
            Self::CategoriesLost => "categories_lost",
            Self::Renamed => "renamed",
            Self::Replaced => "replaced",
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a reason to revoke a certificate")]
pub struct WhyError;

impl FromStr for Why {
    type Err = WhyError;

    fn from_str(text: &str) -> Result<Self, WhyError> {
        Self::ALL.into_iter().find(|why| why.as_str() == text).ok_or(WhyError)
    }
}

/// How a certificate stands, apart from the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody took it back.
    Standing,
    /// It was taken back.
    Revoked {
        /// When.
        at: Timestamp,
        /// Why.
        why: Why,
    },
}

/// A certificate that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// What it says.
    pub says: Statement,
    /// The signed text of its QR code.
    pub code: String,
    /// The key that signed it.
    pub key: KeyId,
    /// How it stands.
    pub state: State,
    /// Who asked for it.
    pub issued_by: Actor,
}

impl Certificate {
    /// Whether it is to be relied on at this moment.
    #[must_use]
    pub fn verdict(&self, now: Timestamp) -> Verdict {
        match self.state {
            State::Revoked { .. } => Verdict::Revoked,
            State::Standing => Verdict::of_time(&self.says, now).unwrap_or(Verdict::Valid),
        }
    }

    fn stands(&self, now: Timestamp) -> bool {
        self.state == State::Standing && now < self.says.valid_until
    }

    /// Why it is not true of the merchant any more, if it is not.
    fn untrue_of(&self, merchant: &Merchant) -> Option<Why> {
        let serves = |code: &CategoryCode| {
            merchant.profile.categories.iter().any(|commitment| commitment.category == *code)
        };
        match merchant.status {
            Status::Suspended => Some(Why::Suspended),
            Status::Removed => Some(Why::Removed),
            Status::Left => Some(Why::Left),
            Status::Affiliated if self.says.grade != merchant.credit.grade => Some(Why::GradeChanged),
            Status::Affiliated if !self.says.categories.iter().all(serves) => Some(Why::CategoriesLost),
            Status::Affiliated if self.says.name != merchant.profile.name => Some(Why::Renamed),
            Status::Affiliated => None,
        }
    }
}

/// Why no certificate is issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateRefusal {
    /// Only for who is affiliated.
    #[error("a certificate is for an affiliated merchant, and this one is {0}")]
    NotAffiliated(Status),
    /// None vouches for grade D.
    #[error("no certificate is issued for grade D")]
    GradeD,
    /// There is nothing that it serves.
    #[error("the merchant has no category whose commitment is in force")]
    NoCategory,
    /// It was taken over, and has not handed in all that the policy asks of everybody.
    #[error(
        "the merchant was taken over and its file is not complete: hand in what is missing in each category first"
    )]
    FileOwed,
    /// Nobody signs.
    #[error("no key is configured that signs certificates")]
    NoKey,
    /// The key did not sign, or not so much.
    #[error("the key did not sign")]
    NotSigned,
    /// The city has given out all numbers of the year.
    #[error("the numbers of the year are used up")]
    NoNumber,
}

impl CertificateRefusal {
    /// Whether it is the merchant's standing that allows none.
    #[must_use]
    pub const fn is_of_standing(self) -> bool {
        match self {
            Self::NotAffiliated(_) | Self::GradeD | Self::NoCategory | Self::FileOwed => true,
            Self::NoKey | Self::NotSigned | Self::NoNumber => false,
        }
    }
}

impl From<SignError> for CertificateRefusal {
    fn from(_: SignError) -> Self {
        Self::NotSigned
    }
}

/// How long certificates are valid: until a day of the year, at which all end together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    ends_on: String,
    least: Duration,
}

/// The terms make no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("certificates end on a day that every year has, such as 03-01, and last 0 to 180 days at least")]
pub struct TermsError;

impl Terms {
    /// Until this month and day (`03-01`), and the year after where fewer days than these are left.
    ///
    /// # Errors
    /// [`TermsError`] when not every year has the day.
    pub fn try_new(ends_on: &str, least_days: u16) -> Result<Self, TermsError> {
        let ends_on = ends_on.to_owned();
        // A year without a leap day.
        let fits = format!("2027-{ends_on}").parse::<Day>().is_ok() && least_days <= LEAST_DAYS_MAX;
        let least = Duration::from_secs(u64::from(least_days) * DAY.as_secs());
        if fits { Ok(Self { ends_on, least }) } else { Err(TermsError) }
    }

    /// The end of a certificate that begins now.
    fn end(&self, now: Timestamp) -> Timestamp {
        let earliest = now.after(self.least);
        let year = now.in_city().day.year();
        let ends = (year..=year.saturating_add(2))
            .filter_map(|year| format!("{year}-{}", self.ends_on).parse::<Day>().ok())
            .map(|day| day.at_minute(0));
        ends.into_iter().find(|end| *end > earliest).unwrap_or(earliest)
    }
}

/// With what a certificate is issued.
#[derive(Debug, Clone, Copy)]
pub struct Issuing<'a> {
    /// The number that is free.
    pub number: CertificateNumber,
    /// Who issues it.
    pub issuer: &'a str,
    /// How long it is valid.
    pub terms: &'a Terms,
    /// Who signs.
    pub key: &'a SecretKey,
    /// Who asks for it.
    pub by: Actor,
    /// Now.
    pub now: Timestamp,
}

/// A merchant's last certificate, and what is due about it. At most one of a merchant is valid: there is no place for
/// a second one here.
///
/// Whoever held one goes on holding one: when the last one ended, by its day or by a change of the standing, the next
/// one is due as soon as the standing allows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// The last one.
    pub last: Option<Certificate>,
    /// When something is to be done about it: its end, or now when the next one is due.
    pub due_at: Option<Timestamp>,
    /// Whether the merchant objects to an entry behind the grade.
    pub contested: bool,
    /// When readers of the list of revocations had something new to learn of it.
    pub changed_at: Timestamp,
}

impl Holding {
    /// Of a merchant that never had one and is to get one now.
    #[must_use]
    pub const fn awaited(now: Timestamp) -> Self {
        Self { last: None, due_at: Some(now), contested: false, changed_at: now }
    }

    /// In line with how the merchant is now: what became untrue is revoked.
    pub fn settle(&self, merchant: &Merchant, now: Timestamp) -> Step<Self, ()> {
        let mut settled = self.clone();
        let standing = settled.last.as_mut().filter(|last| last.stands(now));
        if let Some((last, why)) = standing.and_then(|last| last.untrue_of(merchant).map(|why| (last, why))) {
            last.state = State::Revoked { at: now, why };
        }
        settled.contested = merchant.under_objection;
        settled.due_at = settled.due(merchant, now);
        if settled == *self {
            return Step::AlreadyDone(());
        }
        if settled.contested != self.contested || settled.last != self.last {
            settled.changed_at = now;
        }
        Step::Done(settled)
    }

    /// The next certificate, where the last one does not say the same already.
    ///
    /// # Errors
    /// [`CertificateRefusal`].
    pub fn issue(
        &self,
        merchant: &Merchant,
        with: Issuing<'_>,
    ) -> Result<Step<Self, ()>, CertificateRefusal> {
        let categories = vouched_for(merchant, with.now)?;
        let standing = self.last.as_ref().filter(|last| last.stands(with.now));
        let codes: Vec<CategoryCode> = categories.iter().map(|(code, _)| code.clone()).collect();
        let same = |last: &Certificate| last.untrue_of(merchant).is_none() && last.says.categories == codes;
        if standing.is_some_and(same) {
            return Ok(Step::AlreadyDone(()));
        }
        let ends = categories.iter().map(|(_, until)| *until);
        let until = ends.fold(with.terms.end(with.now), Timestamp::min);
        let says = Statement {
            number: with.number,
            issuer: with.issuer.to_owned(),
            merchant: merchant.profile.id,
            name: merchant.profile.name.clone(),
            grade: merchant.credit.grade,
            categories: codes,
            standing_version: merchant.version,
            valid_from: at_second(with.now.as_secs()),
            valid_until: at_second(until.as_secs()),
        };
        let code = seal(&says, with.key)?;
        let (key, due_at) = (with.key.id(), Some(says.valid_until));
        let last = Certificate { says, code, key, state: State::Standing, issued_by: with.by };
        Ok(Step::Done(Self {
            last: Some(last),
            due_at,
            contested: merchant.under_objection,
            changed_at: with.now,
        }))
    }

    /// The last one, taken back because a newer one says more.
    #[must_use]
    pub fn replaced(&self, now: Timestamp) -> Option<Certificate> {
        let last = self.last.clone().filter(|last| last.stands(now))?;
        Some(Certificate { state: State::Revoked { at: now, why: Why::Replaced }, ..last })
    }

    fn due(&self, merchant: &Merchant, now: Timestamp) -> Option<Timestamp> {
        match &self.last {
            Some(last) if last.stands(now) => Some(last.says.valid_until),
            Some(_) | None if vouched_for(merchant, now).is_err() => None,
            // What was due stays so.
            Some(_) | None => Some(self.due_at.map_or(now, |due| due.min(now))),
        }
    }
}

/// What a certificate can say that the merchant serves, and until when each.
fn vouched_for(
    merchant: &Merchant,
    now: Timestamp,
) -> Result<Vec<(CategoryCode, Timestamp)>, CertificateRefusal> {
    if merchant.status != Status::Affiliated {
        return Err(CertificateRefusal::NotAffiliated(merchant.status));
    }
    if merchant.credit.grade == Grade::D {
        return Err(CertificateRefusal::GradeD);
    }
    let in_force =
        merchant.profile.categories.iter().filter(|made| made.commitment_until.as_secs() > now.as_secs());
    let mut categories: Vec<_> =
        in_force.map(|made| (made.category.clone(), made.commitment_until)).collect();
    categories.sort();
    if categories.is_empty() { Err(CertificateRefusal::NoCategory) } else { Ok(categories) }
}
