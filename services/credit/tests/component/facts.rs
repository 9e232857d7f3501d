//! Facts from feedback, and what they do to the ledger.

use chassis::store::StoreError;
use contracts::feedback::{BreachDismissed, FollowupOutcome, Severity};
use credit::error::Error;
use credit::usecases::RecordBreach;
use credit_domain::{Cause, fold, verify_chain};
use futures::future::join_all;
use kernel::{Grade, MerchantId, Step, Version};
use sea_orm::ConnectionTrait;
use testkit::{TestDb, on_both_databases};

use crate::host::TestCredit;

/// The merchant's score, evidence and tip are what its ledger adds up to.
async fn assert_ledger_holds(credit: &TestCredit, id: MerchantId) {
    let (merchant, entries) = (credit.merchant(id).await, credit.ledger(id).await);
    let rules = credit.rules.released();
    assert_eq!(fold(&entries), merchant.credit.tally);
    assert_eq!(rules.score(fold(&entries).points), merchant.credit.score);
    assert_eq!(verify_chain(id, &entries), Ok(merchant.credit.tip));
}

on_both_databases! {
    async fn i2_a_verified_breach_lowers_the_grade_once_even_when_it_is_delivered_twice(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let before = credit.any_of_grade(Grade::AAA).await;
        let id = before.profile.id;
        let (event, breach) = (credit.id(), credit.breach(id, Severity::General));
        credit.publish(event, &breach).await;
        credit.publish(event, &breach).await;
        // The same case once more under another event id, as after a repair of feedback's outbox.
        credit.publish(credit.id(), &breach).await;
        credit.consumed(2).await;
        credit.drained().await;
        let after = credit.merchant(id).await;
        assert_eq!((after.credit.grade, after.version), (Grade::B, before.version.next()));
        assert_eq!(after.cause, Cause::Breach(breach.case));
        assert_eq!(credit.ledger(id).await.len(), 2);
        credit.stop().await;
    }

    async fn i3_the_score_is_the_fold_of_the_ledger_after_many_facts(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let id = credit.any_of_grade(Grade::AA).await.profile.id;
        let outcomes = [
            FollowupOutcome::Satisfied,
            FollowupOutcome::Unsatisfied,
            FollowupOutcome::Unreached,
            FollowupOutcome::SuspectedBreach,
        ];
        for outcome in outcomes {
            credit.publish(credit.id(), &credit.followup(id, outcome)).await;
        }
        for severity in Severity::ALL {
            credit.publish(credit.id(), &credit.breach(id, severity)).await;
        }
        credit.consumed(7).await;
        assert_eq!(credit.merchant(id).await.version, Version(8));
        assert_eq!(credit.ledger(id).await.len(), 8);
        assert_ledger_holds(&credit, id).await;
        credit.stop().await;
    }

    async fn i3_breaches_recorded_at_the_same_moment_all_count_and_the_chain_holds(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let id = credit.any_of_grade(Grade::AAA).await.profile.id;
        let (rules, calendar, policy, db) = (&credit.rules, &credit.calendar, &credit.policy, credit.db());
        let commands: Vec<_> = (0..12)
            .map(|_| RecordBreach { rules, calendar, policy, breach: credit.breach(id, Severity::Minor) })
            .collect();
        for recorded in join_all(commands.iter().map(|command| db.write(command))).await {
            assert!(matches!(recorded, Ok(Step::Done(_))), "{recorded:?}");
        }
        assert_eq!(credit.merchant(id).await.version, Version(13));
        assert_ledger_holds(&credit, id).await;
        let again = db.write(&commands[0]).await.unwrap();
        assert_eq!(again, Step::AlreadyDone(entry_of(&credit, id, &commands[0]).await));
        credit.stop().await;
    }

    async fn i3_an_entry_can_be_neither_changed_nor_deleted(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let conn = sea_orm::Database::connect(db.url()).await.unwrap();
        for edit in ["UPDATE ledger SET satisfied = 999", "DELETE FROM ledger"] {
            let refused = conn.execute_unprepared(edit).await.unwrap_err();
            assert!(refused.to_string().contains("append-only"), "{refused}");
        }
        conn.close().await.unwrap();
        credit.stop().await;
    }

    async fn i6_a_dismissed_suspicion_counts_as_done_and_changes_nothing(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let before = credit.any_of_grade(Grade::A).await;
        let dismissed = BreachDismissed {
            case: credit.id(),
            city: before.profile.city,
            request: credit.id(),
            merchant: before.profile.id,
            dismissed_at: before.changed_at,
        };
        credit.publish(credit.id(), &dismissed).await;
        credit.consumed(1).await;
        assert_eq!(credit.merchant(before.profile.id).await, before);
        credit.stop().await;
    }

    async fn a_fact_about_an_unknown_merchant_becomes_a_dead_letter(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let stranger: MerchantId = credit.id();
        credit.publish(credit.id(), &credit.breach(stranger, Severity::Minor)).await;
        let db = credit.db();
        let letters = testkit::wait::until("a dead letter", crate::host::PATIENCE, async || {
            Some(db.dead_letters(None, 10).await.unwrap()).filter(|letters| !letters.is_empty())
        })
        .await
        .unwrap();
        assert!(letters[0].reason.contains(&stranger.to_string()), "{}", letters[0].reason);
        credit.stop().await;
    }
}

async fn entry_of(credit: &TestCredit, id: MerchantId, command: &RecordBreach<'_>) -> kernel::EntryId {
    let cause = Cause::Breach(command.breach.case);
    let ledger = credit.ledger(id).await;
    ledger.iter().find(|entry| entry.posting.cause == cause).unwrap().posting.id
}

#[test]
fn a_database_that_does_not_answer_is_no_reason_to_give_a_fact_up() {
    use chassis::bus::subscription::Outcome;
    let away = StoreError::Unavailable(sea_orm::DbErr::Custom("away".to_owned()));
    assert!(matches!(Outcome::from(Error::Store(away)), Outcome::RetryAfter(..)));
}
