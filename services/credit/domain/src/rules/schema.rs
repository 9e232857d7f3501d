//! The rules' document described as a JSON schema (2020-12): what a form needs to ask for each part of it.
//!
//! Beside what every schema says (types, ranges, lengths, descriptions) stand, as extensions:
//! `x-unit`, in what a number counts ([`UNITS`]); `x-key`, the property by which the rows of a list are told apart;
//! `x-keys`, what the keys of a map are: a `kind` that is made up here, or a `category` of the catalogue; `x-source`,
//! `published` where 81890 publishes what it says, and absent where it is a default of this platform.
//!
//! The ranges are those of a number on its own. What numbers must be to each other, [`Rules::validate`] says.

use schemars::Schema;
use schemars::generate::SchemaSettings;

use super::{POINTS_MAX, Rules};

/// In what the numbers of the rules count.
pub const UNITS: [&str; 11] = [
    "points",
    "permille",
    "grades",
    "days",
    "working_days",
    "months",
    "years",
    "minutes",
    "hours",
    "citizens",
    "callbacks",
];
/// Of a number that counts nothing.
pub const UNITLESS: &str = "number";

impl Rules {
    /// What a document of rules is made of, everything where it stands: without references.
    #[must_use]
    pub fn schema() -> Schema {
        let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
        settings.into_generator().into_root_schema_for::<Self>()
    }
}

/// Points that are never more than none.
pub(super) fn never_gives(schema: &mut Schema) {
    bound_points(schema, -POINTS_MAX, 0);
}

/// Points that are never less than none.
pub(super) fn never_takes(schema: &mut Schema) {
    bound_points(schema, 0, POINTS_MAX);
}

/// Bounds the points of each dimension.
fn bound_points(schema: &mut Schema, least: i64, most: i64) {
    let Some(properties) = schema.get_mut("properties").and_then(|all| all.as_object_mut()) else { return };
    for points in properties.values_mut().filter_map(|one| one.as_object_mut()) {
        points.insert("minimum".to_owned(), least.into());
        points.insert("maximum".to_owned(), most.into());
    }
}
