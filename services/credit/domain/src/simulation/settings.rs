//! Which settings of a draft move a grade without giving points.

use kernel::Severity;

use super::{Assessment, Limit};
use crate::rules::Rules;
use crate::tally::Dimension;

/// Settings that differ and had a part in what was found, as JSON pointers, in the order of the rules.
pub(super) fn behind(
    (before, in_force): (&Assessment, &Rules),
    (after, draft): (&Assessment, &Rules),
) -> Vec<String> {
    let mut found = bounds((before, in_force), (after, draft));
    if before.grade == after.grade {
        return found;
    }
    if in_force.band(after.score) != draft.band(after.score) {
        found.extend(bands(in_force, draft));
    }
    if in_force.gate(after.evidence) != draft.gate(after.evidence) {
        found.extend(gates(in_force, draft));
    }
    if before.limit == Limit::Finding || after.limit == Limit::Finding {
        found.extend(caps(in_force, draft));
    }
    found
}

/// Bounds that a dimension now meets, or met, and that are others in the draft.
fn bounds((before, in_force): (&Assessment, &Rules), (after, draft): (&Assessment, &Rules)) -> Vec<String> {
    let mut found = Vec::new();
    for dimension in Dimension::ALL {
        let (then, now) = (in_force.dimensions.of(dimension), draft.dimensions.of(dimension));
        let met =
            |then: i64, now: i64| before.counted.of(dimension) == then || after.counted.of(dimension) == now;
        for (side, then, now) in [("floor", then.floor, now.floor), ("ceiling", then.ceiling, now.ceiling)] {
            if then != now && met(then, now) {
                found.push(format!("/dimensions/{}/{side}", dimension.as_str()));
            }
        }
    }
    found
}

fn bands(in_force: &Rules, draft: &Rules) -> Vec<String> {
    let differs = |(place, band): (usize, &crate::rules::Band)| {
        let same = in_force.bands.iter().find(|other| other.grade == band.grade) == Some(band);
        (!same).then(|| format!("/bands/{place}/score_min"))
    };
    draft.bands.iter().enumerate().filter_map(differs).collect()
}

fn gates(in_force: &Rules, draft: &Rules) -> Vec<String> {
    let differs = |(place, gate): (usize, &crate::rules::Gate)| {
        let then = in_force.gates.iter().find(|other| other.grade == gate.grade);
        let callbacks = then.map(|then| then.callbacks_min) != Some(gate.callbacks_min);
        let share = then.map(|then| then.lower_bound_permille) != Some(gate.lower_bound_permille);
        [(callbacks, "callbacks_min"), (share, "lower_bound_permille")]
            .into_iter()
            .filter(|(differs, _)| *differs)
            .map(move |(_, name)| format!("/gates/{place}/{name}"))
            .collect::<Vec<_>>()
    };
    let dropped = in_force.gates.iter().any(|gate| draft.gates.iter().all(|it| it.grade != gate.grade));
    let mut found: Vec<String> = draft.gates.iter().enumerate().flat_map(differs).collect();
    found.extend(dropped.then(|| "/gates".to_owned()));
    found.extend((in_force.confidence != draft.confidence).then(|| "/confidence".to_owned()));
    found
}

/// What an open finding or a measure leaves.
fn caps(in_force: &Rules, draft: &Rules) -> Vec<String> {
    let mut found = Vec::new();
    for severity in Severity::ALL {
        let (then, now) = (in_force.breach_rule(severity), draft.breach_rule(severity));
        found.extend((then.cap != now.cap).then(|| format!("/breach/{severity}/cap")));
        let steps = then.levels_down != now.levels_down;
        found.extend(steps.then(|| format!("/breach/{severity}/levels_down")));
    }
    for (differs, pointer) in [
        (in_force.immediate_floor != draft.immediate_floor, "/immediate_floor"),
        (in_force.open_serious_cap != draft.open_serious_cap, "/open_serious_cap"),
        (in_force.process.preference_cap != draft.process.preference_cap, "/process/preference_cap"),
    ] {
        found.extend(differs.then(|| pointer.to_owned()));
    }
    found
}
