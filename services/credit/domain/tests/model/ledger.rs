//! The ledger: I3, its order, its chain.

use crate::support::{Story, any_fact, days, merchant_id, numbered};
use credit_domain::{Cause, Entry, Fault, Opening, Tip, fold, verify_chain};
use kernel::{EntryId, Step, Timestamp};
use proptest::prelude::*;

fn edit(entry: &mut Entry, field: usize) {
    let posting = &mut entry.posting;
    match field {
        0 => posting.tally.points.social_evaluation += 1,
        1 => posting.tally.points.credit_record += 1,
        2 => posting.tally.evidence.satisfied += 1,
        3 => posting.category = None,
        4 => posting.cause = Cause::Reversal(posting.id),
        5 => posting.rule.push('x'),
        6 => posting.rules_version += 1,
        7 => posting.clause = Some(String::new()),
        8 => posting.valid_from = Timestamp::EPOCH,
        9 => posting.recorded_at = Timestamp::EPOCH,
        10 => posting.valid_until = Some(posting.valid_until.unwrap_or_default().after(days(1))),
        _ => posting.id = EntryId::from_u128(u128::MAX),
    }
}

proptest! {
    #[test]
    fn i3_score_is_the_fold_of_the_ledger(facts in prop::collection::vec(any_fact(), 0..40)) {
        let mut story = Story::open(Opening::Newcomer);
        story.tell_all(&numbered(facts));
        let tally = fold(&story.ledger);
        prop_assert_eq!(tally, story.merchant.credit.tally);
        prop_assert_eq!(story.rules.score(tally.points), story.merchant.credit.score);
        prop_assert_eq!(verify_chain(merchant_id(), &story.ledger), Ok(story.merchant.credit.tip));
    }

    #[test]
    fn i3_the_order_of_independent_facts_does_not_matter_for_the_score(
        (one, other) in prop::collection::vec(any_fact(), 0..30)
            .prop_map(numbered)
            .prop_flat_map(|facts| (Just(facts.clone()), Just(facts).prop_shuffle())),
    ) {
        let (mut first, mut second) = (Story::open(Opening::Newcomer), Story::open(Opening::Newcomer));
        first.tell_all(&one);
        second.tell_all(&other);
        prop_assert_eq!(first.merchant.credit.score, second.merchant.credit.score);
        prop_assert_eq!(first.merchant.credit.tally, second.merchant.credit.tally);
    }

    #[test]
    fn i2_a_fact_told_twice_is_applied_once_and_answered_with_its_first_entry(
        facts in prop::collection::vec(any_fact(), 1..15), again in any::<prop::sample::Index>(),
    ) {
        let facts = numbered(facts);
        let mut story = Story::open(Opening::Newcomer);
        story.tell_all(&facts);
        let again = again.index(facts.len());
        let (number, fact) = facts[again];
        // The opening comes before the entry of the first fact.
        prop_assert_eq!(story.decide(number, fact), Ok(Step::AlreadyDone(story.ledger[again + 1].clone())));
    }

    #[test]
    fn i3_the_hash_chain_detects_any_edit(
        facts in prop::collection::vec(any_fact(), 1..12),
        place in any::<prop::sample::Index>(),
        field in 0_usize..12,
    ) {
        let mut story = Story::open(Opening::Newcomer);
        story.tell_all(&numbered(facts));
        let place = place.index(story.ledger.len());
        let honest = story.ledger[place].clone();
        edit(&mut story.ledger[place], field);
        // An opening has no category to lose.
        prop_assume!(story.ledger[place] != honest);
        let broken = verify_chain(merchant_id(), &story.ledger).unwrap_err();
        prop_assert_eq!(broken.seq, honest.seq);

        // Hashing the edited entry anew only moves the break to the next one, or to the merchant's own tip.
        story.ledger[place].hash = story.ledger[place].computed_hash();
        match verify_chain(merchant_id(), &story.ledger) {
            Ok(tip) => prop_assert_ne!(tip, story.merchant.credit.tip),
            Err(broken) => {
                prop_assert_eq!(broken.seq, honest.seq + 1);
                prop_assert_eq!(broken.fault, Fault::Link);
            }
        }
    }

    #[test]
    fn i3_the_hash_chain_detects_a_missing_entry(
        facts in prop::collection::vec(any_fact(), 1..12), place in any::<prop::sample::Index>(),
    ) {
        let mut story = Story::open(Opening::Newcomer);
        story.tell_all(&numbered(facts));
        let place = place.index(story.ledger.len());
        let gone = story.ledger.remove(place);
        match verify_chain(merchant_id(), &story.ledger) {
            Ok(tip) => prop_assert_ne!(tip, story.merchant.credit.tip),
            Err(broken) => prop_assert_eq!(broken.seq, gone.seq),
        }
    }

    #[test]
    fn an_entry_reads_back_from_its_text_with_the_same_hash(facts in prop::collection::vec(any_fact(), 1..4)) {
        let mut story = Story::open(Opening::Newcomer);
        story.tell_all(&numbered(facts));
        for entry in &story.ledger {
            let read: Entry = serde_json::from_str(&serde_json::to_string(entry).unwrap()).unwrap();
            prop_assert_eq!(read.computed_hash(), entry.hash);
            prop_assert_eq!(&read, entry);
        }
    }
}

#[test]
fn an_entry_of_another_merchant_breaks_the_chain() {
    let story = Story::open(Opening::Newcomer);
    let stranger = kernel::MerchantId::from_u128(4);
    assert_eq!(verify_chain(stranger, &story.ledger).unwrap_err().fault, Fault::OtherMerchant);
}

#[test]
fn the_canonical_form_of_an_entry_never_changes() {
    // Ledgers that were written must verify for ever: if this fails, add a new form beside the first one.
    let story = Story::open(Opening::Newcomer);
    let tip = verify_chain(merchant_id(), &story.ledger).unwrap();
    assert_eq!(tip.seq, 1);
    assert_eq!(tip.hash.to_string(), "9bb6765b83b92940c4f2b61d7ca29b5ef91f237e278758408b70b0fef35cda6f");
    assert_eq!(verify_chain(merchant_id(), &[]), Ok(Tip::START));
}

#[test]
fn every_kind_of_entry_is_the_word_of_a_cause() {
    let id = "0198c5c0-0000-7000-8000-000000000001";
    for kind in Cause::OF_ENTRIES {
        let forms = [kind.to_owned(), format!("{kind}:{id}"), format!("{kind}:2025")];
        let read: Vec<Cause> = forms.iter().filter_map(|text| text.parse().ok()).collect();
        assert_eq!(read.iter().map(|cause| cause.word()).collect::<Vec<_>>(), [kind]);
    }
}
