use credit_domain::admission::TakeOverTerms;
use kernel::Day;
use serde::{Deserialize, Serialize};

const COMPLETE_WITHIN_DAYS: core::ops::RangeInclusive<u16> = 1..=365;

/// `[admission]`: how merchants come in.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AdmissionConfig {
    /// The last day on which merchants are taken over; empty when nobody is.
    pub take_over_until: String,
    /// Days that a merchant which was taken over has to complete its file.
    pub complete_within_days: u16,
}

impl AdmissionConfig {
    /// By which merchants are taken over.
    ///
    /// # Errors
    /// What is wrong with the configuration, in words.
    pub fn take_over_terms(&self) -> Result<TakeOverTerms, String> {
        let Self { take_over_until, complete_within_days } = self;
        if !COMPLETE_WITHIN_DAYS.contains(complete_within_days) {
            return Err(format!("admission.complete_within_days is {complete_within_days}: 1 to 365"));
        }
        let last = match take_over_until.trim() {
            "" => None,
            text => Some(text.parse::<Day>().map_err(|_| {
                format!("admission.take_over_until is {text:?}: a day such as 2027-06-30, or empty")
            })?),
        };
        let until = last.map(|last| last.next().at_minute(0));
        Ok(TakeOverTerms { until, complete_within_days: *complete_within_days })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(until: &str, days: u16) -> Result<TakeOverTerms, String> {
        AdmissionConfig { take_over_until: until.to_owned(), complete_within_days: days }.take_over_terms()
    }

    #[test]
    fn the_last_day_is_included_in_the_city_and_none_means_never() {
        assert_eq!(terms(" ", 90).unwrap().until, None);
        let until = terms("2027-06-30", 90).unwrap().until.unwrap();
        assert_eq!(until.to_string(), "2027-06-30T16:00:00Z");
        assert!(terms("soon", 90).unwrap_err().contains("admission.take_over_until"));
        assert!(terms("", 0).unwrap_err().contains("admission.complete_within_days"));
    }
}
