//! What a front end hands in, and the check that turns it into a request or into a list of what to mend.

use core::time::Duration;

use kernel::{
    Actor, Area, CategoryCode, Channel, CitizenId, City, ItemCode, MerchantId, PersonalText, RequestId, Risk,
    Timestamp, Urgency, Version,
};

use crate::contact::{Contact, Phone, PhoneError};
use crate::progress::Progress;
use crate::request::{Change, Mode, Request, Status};
use crate::timeline::{Kind, TimelineEntry};

const NAME_CHARS_MAX: usize = 40;
const ADDRESS_CHARS_MIN: usize = 2;
const ADDRESS_CHARS_MAX: usize = 200;
const DESCRIPTION_CHARS_MAX: usize = 1_000;
/// How far ahead a service can be asked for.
const AHEAD_DAYS_MAX: u64 = 60;
/// A front end's clock may be this much slow before "now" counts as the past.
const SLOW_CLOCK: Duration = Duration::from_secs(5 * 60);

/// How to reach the citizen, as handed in. The debug text tells lengths alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContactDraft {
    /// What to call the citizen.
    pub name: PersonalText,
    /// The number to call.
    pub phone: PersonalText,
    /// Where to go, below the street.
    pub address: PersonalText,
}

/// A request as handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The id it will have.
    pub id: RequestId,
    /// The city it is handed in to.
    pub city: City,
    /// Who asks.
    pub citizen: CitizenId,
    /// Who hands it in: an operator, or the front end on the citizen's behalf.
    pub by: Actor,
    /// By which way it comes.
    pub channel: Channel,
    /// How to reach the citizen.
    pub contact: ContactDraft,
    /// What is asked for.
    pub item: ItemCode,
    /// In which street.
    pub area: Area,
    /// When the service is wanted; as soon as possible when absent.
    pub wanted_at: Option<Timestamp>,
    /// In the citizen's words; may be empty.
    pub description: PersonalText,
    /// Who chooses the merchant.
    pub mode: Mode,
    /// The merchant that the citizen asks for, if any.
    pub preferred: Option<MerchantId>,
}

/// What the catalogue says about an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemFacts {
    /// The category it belongs to.
    pub category: CategoryCode,
    /// How soon it must be settled.
    pub urgency: Urgency,
    /// How much can go wrong.
    pub risk: Risk,
    /// Whether a worker enters the home.
    pub enters_home: bool,
}

/// What the reference data knows about a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The item, if the catalogue has it.
    pub item: Option<ItemFacts>,
    /// Whether the street exists.
    pub area: bool,
}

/// What kind of mistake a field has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldCode {
    /// It must be there.
    Required,
    /// It has too few characters.
    TooShort,
    /// It has too many characters.
    TooLong,
    /// It has another form than it should.
    Malformed,
    /// The reference data does not have it.
    Unknown,
    /// It lies in another city.
    OtherCity,
    /// It lies in the past.
    InThePast,
    /// It lies too far ahead.
    TooFarAhead,
}

/// A field that has to be mended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {mend}")]
pub struct FieldError {
    /// JSON pointer into the draft.
    pub pointer: &'static str,
    /// What kind of mistake.
    pub code: FieldCode,
    /// What would be right. Never repeats what was handed in.
    pub mend: String,
}

/// Checks for what and where, as in a draft, and gives back what the catalogue knows of the item.
///
/// # Errors
/// Every field that has to be mended, in the order of the draft.
pub fn check_need<T>(
    city: City,
    area: Area,
    area_known: bool,
    item: Option<T>,
) -> Result<T, Vec<FieldError>> {
    let mut errors = Errors::default();
    errors.check_place(area, city, area_known);
    errors.check_item(item.is_some());
    item.filter(|_| errors.0.is_empty()).ok_or(errors.0)
}

/// Reads a number at which a citizen can be called back.
///
/// # Errors
/// The field at `pointer`, when it is empty or no phone number.
pub fn check_phone(pointer: &'static str, phone: &PersonalText) -> Result<Phone, FieldError> {
    if phone.in_the_clear().trim().is_empty() {
        let mend = "give a number at which the citizen can be called back".to_owned();
        return Err(FieldError { pointer, code: FieldCode::Required, mend });
    }
    let malformed =
        |why: PhoneError| FieldError { pointer, code: FieldCode::Malformed, mend: why.to_string() };
    Phone::try_new(phone.in_the_clear()).map_err(malformed)
}

/// Accepts a draft (受理), at version 1 and with the first entry of its timeline.
///
/// # Errors
/// Every field that has to be mended, in the order of the draft.
pub fn receive(draft: Draft, known: Known, now: Timestamp) -> Result<Change, Vec<FieldError>> {
    let mut errors = Errors::default();
    let enters_home = known.item.as_ref().is_some_and(|item| item.enters_home);
    let phone = errors.phone(&draft.contact.phone);
    errors.check_contact(&draft.contact, enters_home);
    errors.check_place(draft.area, draft.city, known.area);
    errors.check_wanted(draft.wanted_at, now);
    errors.text("/description", &draft.description, 0, DESCRIPTION_CHARS_MAX, true);
    errors.check_item(known.item.is_some());
    let (Some(phone), Some(item), true) = (phone, known.item, errors.0.is_empty()) else {
        return Err(errors.0);
    };
    let wanted_at = draft.wanted_at.map_or(now, |wanted| wanted.max(now));
    let request = Request {
        id: draft.id,
        city: draft.city,
        citizen: draft.citizen,
        contact: Contact { name: draft.contact.name, phone, address: draft.contact.address },
        channel: draft.channel,
        item: draft.item,
        category: item.category,
        area: draft.area,
        urgency: item.urgency,
        risk: item.risk,
        enters_home: item.enters_home,
        received_at: now,
        wanted_at,
        due_by: wanted_at.after(item.urgency.due_in()),
        description: draft.description,
        mode: draft.mode,
        preferred: draft.preferred,
        progress: Progress::default(),
        status: Status::Received,
        version: Version(1),
    };
    let entry = TimelineEntry::new(&request, Kind::Received, now, draft.by, now);
    Ok(Change { request, entry, moved: None })
}

#[derive(Default)]
struct Errors(Vec<FieldError>);

impl Errors {
    fn add(&mut self, pointer: &'static str, code: FieldCode, mend: impl Into<String>) {
        self.0.push(FieldError { pointer, code, mend: mend.into() });
    }

    fn phone(&mut self, phone: &PersonalText) -> Option<Phone> {
        check_phone("/contact/phone", phone).map_err(|field| self.0.push(field)).ok()
    }

    fn check_contact(&mut self, contact: &ContactDraft, enters_home: bool) {
        self.text("/contact/name", &contact.name, 1, NAME_CHARS_MAX, false);
        let least = if enters_home { ADDRESS_CHARS_MIN } else { 0 };
        self.text("/contact/address", &contact.address, least, ADDRESS_CHARS_MAX, false);
    }

    fn check_place(&mut self, area: Area, city: City, known: bool) {
        if area.city() != city {
            self.add("/area", FieldCode::OtherCity, format!("choose a street of city {city}"));
        } else if !known {
            self.add("/area", FieldCode::Unknown, "choose a street by its nine-digit code");
        }
    }

    fn check_item(&mut self, known: bool) {
        if !known {
            self.add("/item", FieldCode::Unknown, "choose an item of the catalogue");
        }
    }

    fn check_wanted(&mut self, wanted_at: Option<Timestamp>, now: Timestamp) {
        let Some(wanted) = wanted_at else { return };
        let last = now.after(Duration::from_secs(AHEAD_DAYS_MAX * 24 * 3_600));
        if wanted < now.before(SLOW_CLOCK) {
            self.add("/wanted_at", FieldCode::InThePast, "choose a time to come, or leave it out for now");
        } else if wanted > last {
            self.add("/wanted_at", FieldCode::TooFarAhead, format!("choose a time until {last}"));
        }
    }

    /// Counts characters, not bytes: a Chinese character is one.
    fn text(&mut self, pointer: &'static str, text: &PersonalText, least: usize, most: usize, lines: bool) {
        let chars = text.in_the_clear().trim().chars().count();
        let control = |c: char| c.is_control() && !(lines && matches!(c, '\n' | '\r' | '\t'));
        if chars == 0 && least > 0 {
            self.add(pointer, FieldCode::Required, format!("give {least} to {most} characters"));
        } else if chars < least {
            self.add(pointer, FieldCode::TooShort, format!("give {least} to {most} characters"));
        } else if text.chars() > most {
            self.add(pointer, FieldCode::TooLong, format!("give at most {most} characters"));
        } else if text.in_the_clear().chars().any(control) {
            self.add(pointer, FieldCode::Malformed, "leave out control characters");
        }
    }
}
