//! How a citizen follows a request without an account (进度查询): by a code that is handed out when it is received, and
//! that tells how far it is and nothing about anybody.

use core::fmt;
use core::str::FromStr;

use kernel::{MerchantId, Timestamp};

use crate::progress::AssignmentStep;
use crate::request::{Request, Status};
use crate::timeline::{Kind, TimelineEntry};

/// Digits and letters without those that are taken for others when read out (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const DIGITS: usize = 15;
const GROUP: usize = 5;
const BITS: u32 = 5;

/// A code such as `7Q2XK-0M9RV-T4HAB`: 75 bits that nobody guesses, short enough to be read out. Whoever has it may see
/// how far the request is, so it does not show in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct TrackingCode(String);

/// The text is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a tracking code: expected 15 digits and letters in groups of five")]
pub struct TrackingCodeError;

impl TrackingCode {
    /// The code made of the first 75 of these bits.
    #[must_use]
    pub fn of(bits: u128) -> Self {
        let digit = |place: usize| {
            let shift = u128::BITS - BITS * (u32::try_from(place).unwrap_or(u32::MAX) + 1);
            let number = usize::try_from((bits >> shift) & 0x1f).unwrap_or_default();
            ALPHABET.get(number).copied().map_or('0', char::from)
        };
        Self((0..DIGITS).map(digit).collect())
    }

    /// The digits without their groups: what is compared.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }
}

/// In groups, as it is handed out.
impl fmt::Display for TrackingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, digit) in self.0.chars().enumerate() {
            if place > 0 && place.is_multiple_of(GROUP) {
                f.write_str("-")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for TrackingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TrackingCode(..)")
    }
}

/// As people type it: in either case, with or without the groups, with O for 0 and I or L for 1.
impl FromStr for TrackingCode {
    type Err = TrackingCodeError;

    fn from_str(text: &str) -> Result<Self, TrackingCodeError> {
        let typed = text.chars().filter(|c| !matches!(c, ' ' | '-'));
        let read = |typed: char| match typed.to_ascii_uppercase() {
            'O' => Some('0'),
            'I' | 'L' => Some('1'),
            other => ALPHABET.iter().copied().map(char::from).find(|digit| *digit == other),
        };
        // One more than there may be, so that no long text is read to its end.
        let digits: Option<String> = typed.take(DIGITS + 1).map(read).collect();
        digits.filter(|digits| digits.len() == DIGITS).map(Self).ok_or(TrackingCodeError)
    }
}

/// A step that a request has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrackedStep {
    /// Which.
    pub kind: Kind,
    /// When.
    pub at: Timestamp,
    /// Whether it asks the merchant again that was asked last.
    pub same_merchant: bool,
}

/// What a code shows: nothing of it says who asked, for what or where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tracked {
    /// Where the request stands.
    pub status: Status,
    /// The steps that it has come to, the first first.
    pub steps: Vec<TrackedStep>,
    /// The merchant that took it, from then on.
    pub merchant: Option<MerchantId>,
}

/// What is shown of a request with this timeline.
#[must_use]
pub fn tracked(request: &Request, timeline: &[TimelineEntry]) -> Tracked {
    let taken = |step| matches!(step, AssignmentStep::Accepted | AssignmentStep::Completed);
    let holder = request.progress.holder().filter(|attempt| attempt.steps.iter().copied().any(taken));
    let mut shown: Vec<_> = timeline.iter().filter(|entry| is_shown(entry.kind)).collect();
    // As they happened: events may arrive in another order.
    shown.sort_by_key(|entry| entry.at);
    let mut asked_last = None;
    let step = |entry: &TimelineEntry| {
        let asked = entry.assignment.filter(|_| entry.kind == Kind::Offered).map(|(_, merchant)| merchant);
        let same_merchant = asked.is_some() && asked == asked_last;
        asked_last = asked.or(asked_last);
        TrackedStep { kind: entry.kind, at: entry.at, same_merchant }
    };
    let steps = shown.into_iter().map(step).collect();
    Tracked { status: request.status, steps, merchant: holder.map(|attempt| attempt.merchant) }
}

/// How merchants answered before one took it is between them and the platform.
const fn is_shown(kind: Kind) -> bool {
    match kind {
        Kind::Received
        | Kind::Offered
        | Kind::Accepted
        | Kind::Completed
        | Kind::CalledBack
        | Kind::Cancelled => true,
        Kind::Declined | Kind::Expired | Kind::Released | Kind::Unserved => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = TrackingCode::of(u128::MAX / 3);
        assert_eq!(code.to_string(), "ANANA-NANAN-ANANA");
        assert_eq!(TrackingCode::of(0).digits(), "000000000000000");
        for text in ["anananananANANA", " ANANA nanan-ANANA ", "ANANA-NANAN-ANANA"] {
            assert_eq!(text.parse(), Ok(code.clone()), "{text}");
        }
        assert_eq!("ooooo-ooooo-oooil".parse::<TrackingCode>().unwrap().digits(), "000000000000011");
        for wrong in
            ["", "ANANA", "ANANA-NANAN-ANANU", "ANANA-NANAN-ANANA1", "一二三四五一二三四五一二三四五"]
        {
            assert_eq!(wrong.parse::<TrackingCode>(), Err(TrackingCodeError), "{wrong}");
        }
    }

    #[test]
    fn i7_a_code_does_not_show_in_logs() {
        assert_eq!(format!("{:?}", TrackingCode::of(7)), "TrackingCode(..)");
    }

    #[test]
    fn codes_of_other_bits_are_others_up_to_the_seventy_fifth() {
        let codes: std::collections::BTreeSet<_> =
            (53..128).map(|bit| TrackingCode::of(1 << bit).to_string()).collect();
        assert_eq!(codes.len(), 75);
        assert_eq!(TrackingCode::of(1 << 52), TrackingCode::of(0));
    }
}
