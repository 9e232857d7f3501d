use kernel::{Area, CategoryCode, City, MerchantId, RequestId, Risk, Timestamp, Urgency};
use serde::{Deserialize, Serialize};

/// What is asked of the ranking: one need at one place and time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// The request it is for; none when somebody only looks.
    pub request: Option<RequestId>,
    /// Must be the city of `area`.
    pub city: City,
    /// What is needed.
    pub category: CategoryCode,
    /// The street where it is needed.
    pub area: Area,
    /// Dispatch class.
    pub urgency: Urgency,
    /// High risk is never given to newcomers by the reserve.
    pub risk: Risk,
    /// Whether the worker enters a home: then one with a green code must be there.
    pub enters_home: bool,
    /// When the service is wanted: the hours of service must cover it.
    pub wanted_at: Timestamp,
    /// When somebody must be at the door: decides the arrival band.
    pub due_by: Timestamp,
    /// Candidates wanted; the policy's limit stands above it.
    pub limit: u16,
    /// The seed published for the day.
    pub daily_seed: u64,
    /// Who declined the request or let it expire: never recommended again. At most [`Query::TRIED_MAX`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tried: Vec<MerchantId>,
}

impl Query {
    /// Merchants tried for one request at most.
    pub const TRIED_MAX: usize = 32;

    /// Checks what types alone cannot.
    ///
    /// # Errors
    /// [`QueryError`] with what to mend.
    pub fn validate(&self) -> Result<(), QueryError> {
        if self.area.city() != self.city {
            return Err(QueryError::OtherCity { area: self.area, city: self.city });
        }
        if self.limit == 0 {
            return Err(QueryError::NoneWanted);
        }
        if self.tried.len() > Self::TRIED_MAX {
            return Err(QueryError::TooManyTried(self.tried.len()));
        }
        Ok(())
    }
}

/// Why a query cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// The street is somewhere else.
    #[error("area {area} is not in city {city}")]
    OtherCity {
        /// As given.
        area: Area,
        /// As given.
        city: City,
    },
    /// Nothing to list.
    #[error("limit is 0: ask for at least 1 candidate")]
    NoneWanted,
    /// More merchants than a job may try.
    #[error("{0} merchants tried: a request is tried with {max} at most", max = Query::TRIED_MAX)]
    TooManyTried(usize),
}
