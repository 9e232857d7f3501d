use kernel::Timestamp;

/// When a call-back fell or falls due (到期), by the day in the city.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// On a day before today: nobody got to it.
    Overdue,
    /// Today, whether or not its hour has come.
    Today,
}

/// A span of time, to look for what falls due in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueSpan {
    /// From then on; from the first there is when absent.
    pub from: Option<Timestamp>,
    /// Before then.
    pub before: Timestamp,
}

impl Due {
    /// Which moments of falling due are meant, as seen now. A call-back is in one of the two at most.
    #[must_use]
    pub fn span(self, now: Timestamp) -> DueSpan {
        let today = now.in_city().day;
        match self {
            Self::Overdue => DueSpan { from: None, before: today.at_minute(0) },
            Self::Today => DueSpan { from: Some(today.at_minute(0)), before: today.next().at_minute(0) },
        }
    }
}
