//! `rpc.dispatch.recommend`: decode, rank in memory, encode.

use chassis::bus::rpc::{self, RpcError};
use contracts::dispatch::{Recommend, Recommendation};

use crate::usecases::recommend::Recommender;

/// Answers from memory.
pub(super) struct Answer(pub(super) Recommender);

impl rpc::Answer<Recommend> for Answer {
    async fn answer(&self, ask: Recommend) -> Result<Recommendation, RpcError> {
        Ok(self.0.recommend(&ask)?)
    }
}
