//! The fence: before an assignment is committed, credit says whether the standing it uses is the last one (I4).

use core::time::Duration;

use chassis::bus::Bus;
use contracts::credit::v1::Standing;
use contracts::credit::{ConfirmStanding, Confirmation};

use crate::config::FenceConfig;
use crate::error::Error;

/// What credit said.
pub(crate) enum Fenced {
    /// Go on. `confirmed` is false only where credit was silent and the policy allows to go on without.
    Pass {
        /// Whether credit confirmed it.
        confirmed: bool,
    },
    /// The standing moved: this is the last one. Rank again.
    Moved(Box<Standing>),
}

/// Asks credit, again within a bound when it is silent.
///
/// # Errors
/// [`Error::Unconfirmed`] when credit is silent and the policy does not allow to go on, or does not know the
/// merchant.
pub(crate) async fn confirm(bus: &Bus, config: &FenceConfig, ask: &ConfirmStanding) -> Result<Fenced, Error> {
    let patience = Duration::from_millis(config.patience_ms.get());
    match bus.ask_again(ask, patience, config.tries_max).await {
        Some(Confirmation::Current) => return Ok(Fenced::Pass { confirmed: true }),
        Some(Confirmation::Moved { standing }) => return Ok(Fenced::Moved(standing)),
        Some(Confirmation::Unknown) => return Err(Error::Unconfirmed(ask.merchant)),
        None => {}
    }
    if config.fallback_without_credit {
        tracing::warn!(merchant = %ask.merchant, "an assignment goes on unconfirmed, as the policy allows");
        return Ok(Fenced::Pass { confirmed: false });
    }
    Err(Error::Unconfirmed(ask.merchant))
}
