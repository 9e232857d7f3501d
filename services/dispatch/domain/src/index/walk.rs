//! The best of a cell for one query: `O(kinds + log n + k)` for `k` merchants out of `n`, as long as the query
//! takes a fair share of them; when it takes few, whole chunks of others are skipped at a glance.

use core::ops::ControlFlow;

use super::cell::Cell;
use super::run::{Wanted, bit};
use crate::recommend::{Phase, Rank, Share, Tally};
use crate::ring;
use crate::rule::Frame;

/// What one query makes of the kinds of a cell.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// Every merchant of the cell, by its kind.
    pub(super) tally: Tally,
    /// By kind: the phase in which it is taken, if it is.
    phases: Vec<Option<Phase>>,
    /// By phase: the bits of its kinds, and their merchants.
    taken: [(u64, u32); 3],
}

/// A merchant that was given more than the share cap allows.
#[derive(Debug)]
pub(super) struct AboveShare {
    pub(super) rank: Rank,
    pub(super) slot: u32,
    pub(super) share: Share,
}

/// The kinds of one phase.
struct InPhase<'a> {
    phase: Phase,
    bits: u64,
    phases: &'a [Option<Phase>],
}

impl Wanted for InPhase<'_> {
    fn bits(&self) -> u64 {
        self.bits
    }

    fn takes(&self, kind: u32) -> bool {
        self.phases.get(kind as usize).copied().flatten() == Some(self.phase)
    }
}

impl Survey {
    pub(super) fn of(cell: &Cell, frame: &Frame<'_>) -> Self {
        let mut survey = Self { phases: Vec::with_capacity(cell.kinds().len()), ..Self::default() };
        for (kind, counted) in (0..).zip(cell.kinds()) {
            let phase = counted.kind.phase(frame);
            survey.tally.add(phase.err(), counted.merchants);
            survey.phases.push(phase.ok());
            if let Ok(phase) = phase
                && let Some((bits, merchants)) = survey.taken.get_mut(phase as usize)
            {
                *bits |= bit(kind);
                *merchants = merchants.saturating_add(counted.merchants);
            }
        }
        survey
    }

    /// Whether the query leaves this kind.
    pub(super) fn leaves(&self, kind: u32) -> bool {
        self.phases.get(kind as usize).copied().flatten().is_none()
    }

    /// The slots of the first `wanted` merchants in the order of this query: of each phase those who stand among
    /// their kind, which leaves out `aside` (sorted), then those above their share (in order). Those on one ring
    /// point with the last come along, for the ids to decide.
    pub(super) fn best(
        &self,
        cell: &Cell,
        frame: &Frame<'_>,
        wanted: usize,
        (aside, above_share): (&[u32], &[AboveShare]),
    ) -> Vec<u32> {
        let mut best = Vec::with_capacity(wanted.min(self.tally.eligible as usize));
        for (phase, (bits, merchants)) in
            [Phase::Reserved, Phase::OnTime, Phase::Late].into_iter().zip(self.taken)
        {
            if merchants > 0 {
                let in_phase = InPhase { phase, bits, phases: &self.phases };
                walk(cell, frame, &in_phase, merchants, (wanted, aside), &mut best);
            }
            let behind = above_share.iter().filter(|above| above.rank.phase == phase);
            best.extend(behind.map(|above| above.slot).take(wanted.saturating_sub(best.len())));
            if best.len() >= wanted {
                break;
            }
        }
        best
    }
}

/// Walks the cell through one phase, which has so many merchants, until `best` holds as many as are wanted.
fn walk(
    cell: &Cell,
    frame: &Frame<'_>,
    in_phase: &InPhase<'_>,
    merchants: u32,
    (wanted, aside): (usize, &[u32]),
    best: &mut Vec<u32>,
) {
    let (mut ahead, mut last) = (merchants, None);
    let _ = cell.open().clockwise(frame.start, in_phase, |entry| {
        let rank = (entry.group(), ring::clockwise(frame.start, entry.point()));
        if best.len() >= wanted && last != Some(rank) {
            return ControlFlow::Break(());
        }
        if aside.binary_search(&entry.slot()).is_err() {
            best.push(entry.slot());
            last = Some(rank);
        }
        // The last of its phase: no need to look for more.
        ahead = ahead.saturating_sub(1);
        if ahead == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
}
