use std::sync::Arc;

use chassis::auth::Party;
use chassis::config::ChannelKeyConfig;
use kernel::Clock;
use serde::{Deserialize, Serialize};

/// What the volunteer centre calls itself where it signs.
const NAME: &str = "volunteer-centre";
/// One key, or two while rotating.
const KEYS_MAX: usize = 2;

/// `[volunteer]`: the volunteer centre (志愿服务中心), another system.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct VolunteerConfig {
    /// What it signs with.
    pub keys: Vec<ChannelKeyConfig>,
}

impl VolunteerConfig {
    /// The centre, by its keys.
    ///
    /// # Errors
    /// What to mend.
    pub fn centre(&self, wall: Arc<dyn Clock>) -> Result<Party, String> {
        if self.keys.len() > KEYS_MAX {
            return Err(format!("volunteer.keys has {} keys: at most {KEYS_MAX}", self.keys.len()));
        }
        Party::open(NAME, &self.keys, wall).map_err(|(key, why)| format!("volunteer.keys, key {key}: {why}"))
    }
}
