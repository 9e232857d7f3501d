//! What a merchant of the sample city has behind it when it opens its ledger.

use kernel::Grade;

use super::chance::Chance;
use crate::commands::Opening;
use crate::rules::Rules;
use crate::tally::{Dimension, Evidence, Points, Tally};

/// How many of a hundred merchants merit each grade; the rest are newcomers.
const GRADES: [(Grade, usize); 6] =
    [(Grade::AAA, 5), (Grade::AA, 15), (Grade::A, 32), (Grade::B, 28), (Grade::C, 6), (Grade::D, 2)];

/// A newcomer's opening, or a history that merits a grade drawn from [`GRADES`] under these rules; never D for
/// one that is to be sound.
pub(super) fn opening(rules: &Rules, sound: bool, chance: &mut Chance) -> Opening {
    let mut draw = chance.below(100);
    for (grade, share) in GRADES {
        if draw < share {
            let grade = if sound { grade.max(Grade::C) } else { grade };
            let points = points_for(rules, score_in_band(rules, grade, chance), chance);
            return Opening::TakenOver(Tally { points, evidence: evidence_for(rules, grade, chance) });
        }
        draw -= share;
    }
    Opening::Newcomer
}

fn score_in_band(rules: &Rules, grade: Grade, chance: &mut Chance) -> i64 {
    let least = |grade: Grade| {
        rules.bands.iter().find(|band| band.grade == grade).map(|band| i64::from(band.score_min))
    };
    let better = Grade::ALL.into_iter().find(|better| *better > grade).and_then(least);
    let (from, to) = (least(grade).unwrap_or(0), better.map_or(1_000, |better| better - 1));
    from + chance.below_i64(to - from + 1)
}

/// Points that the rules score exactly so: the opening's, moved in the dimensions in turn.
fn points_for(rules: &Rules, score: i64, chance: &mut Chance) -> Points {
    let mut points = rules.opening;
    let mut missing = score - points.total();
    let mut shift = |dimension: Dimension, missing: i64| {
        let bounds = rules.dimensions.of(dimension);
        let value = points.of_mut(dimension);
        let moved = (*value + missing).clamp(bounds.floor, bounds.ceiling) - *value;
        *value += moved;
        moved
    };
    // A part at random first, so that merchants of one score differ in how they came by it.
    for dimension in [Dimension::Demonstration, Dimension::CreditActivities, Dimension::CreditRecord] {
        let part = missing.signum() * chance.below_i64(missing.abs() / 3 + 1);
        missing -= shift(dimension, part);
    }
    for dimension in Dimension::ALL {
        missing -= shift(dimension, missing);
    }
    points
}

/// Evidence that opens the grade's gate, and more call-backs the better the grade.
fn evidence_for(rules: &Rules, grade: Grade, chance: &mut Chance) -> Evidence {
    let needed =
        rules.gates.iter().find(|gate| gate.grade == grade).map_or(0, |gate| i64::from(gate.callbacks_min));
    let mut callbacks = needed + 12 + chance.below_i64(30 + 20 * i64::from(grade.rank()));
    let unhappy_percent = match grade {
        Grade::AAA | Grade::AA => 4,
        Grade::A => 8,
        Grade::B => 14,
        Grade::C => 25,
        Grade::D => 40,
    };
    let mut unsatisfied = callbacks * chance.below_i64(unhappy_percent + 1) / 100;
    let extra = chance.below_i64(callbacks / 4 + 1);
    let evidence = |callbacks: i64, unsatisfied: i64| Evidence {
        satisfied: callbacks - unsatisfied,
        unsatisfied,
        verified_orders: callbacks + extra,
    };
    // Fewer complaints first, then more call-backs; bounded, as rules may ask for what nobody has.
    for _ in 0..20 {
        if rules.gate(evidence(callbacks, unsatisfied)) >= grade {
            break;
        }
        if unsatisfied > 0 {
            unsatisfied -= 1;
        } else {
            callbacks += callbacks / 2 + 1;
        }
    }
    evidence(callbacks, unsatisfied)
}
