//! The configuration as it is shipped.

use std::sync::Arc;

use chassis::entry::Definition as _;
use chassis::service::Host;
use feedback::{Config, Feedback};
use feedback_domain::CallPolicy;
use testkit::{ManualClock, SeededIds};

fn config(variables: &[(&str, &str)]) -> Config {
    let environment = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    chassis::config::load(Feedback::NAME, Feedback::DEFAULTS, None, environment).unwrap()
}

#[test]
fn every_key_is_explained() {
    let page = chassis::config::reference(Feedback::NAME, Feedback::DEFAULTS).unwrap();
    assert!(page.contains("`FEEDBACK__CALLS__ATTEMPTS_MAX`"), "{page}");
}

#[test]
fn the_shipped_calling_hours_are_the_ones_the_model_was_tested_with() {
    assert_eq!(config(&[]).calls, CallPolicy::default());
}

#[test]
fn the_printed_configuration_reads_back() {
    let printed = chassis::config::print_config(&config(&[])).unwrap();
    let again: Config =
        chassis::config::load(Feedback::NAME, Box::leak(printed.into_boxed_str()), None, std::iter::empty())
            .unwrap();
    assert_eq!(again.calls, CallPolicy::default());
}

#[tokio::test]
async fn calling_hours_that_can_not_be_put_in_force_keep_the_service_from_starting() {
    let backwards = config(&[("FEEDBACK__CALLS__WINDOWS", "[{ from = 720, to = 540 }]")]);
    let clock = Arc::new(ManualClock::default());
    let ids = Arc::new(SeededIds::new(7, clock.clone()));
    let refused = Feedback::build(backwards, Host { clock: clock.clone(), wall: clock, ids }).await;
    let told = refused.err().unwrap().to_string();
    assert!(told.starts_with("calls/windows/0: "), "{told}");
}
