//! What the platform says once it serves: where everything is, who may come in, what to try.

use crate::Args;
use crate::accounts::Fresh;
use crate::city::Example;
use crate::ports::SERVICES;
use crate::settings::Shared;

/// What is said beside the addresses.
pub(crate) struct News<'a> {
    /// Accounts whose passwords were just made.
    pub(crate) fresh: &'a [Fresh],
    /// What to try things out with.
    pub(crate) example: &'a Example,
    /// What has to be seen to.
    pub(crate) warning: Option<String>,
}

/// Says it all.
#[expect(clippy::print_stdout, reason = "this is what the command is for")]
pub(crate) fn announce(args: &Args, shared: &Shared, news: &News<'_>) {
    let at = shared.ports.origin();
    println!("\nthe platform serves at {at}");
    if args.pages.is_some() {
        println!(
            "  pages     {at}/console/ for staff and merchants, {at}/ for everybody, {at}/docs for programmers"
        );
    }
    for (place, service) in SERVICES.into_iter().enumerate() {
        let ops = shared.ports.service(place).ops;
        println!("  {service:<9} {at}/{service}/v1   docs {at}/{service}/docs");
        println!("            http://{ops}/readyz   http://{ops}/metrics");
    }
    println!("  broker    {}", shared.nats_url);
    println!("  data      {} (keys of the channels: channels.json)", shared.data.display());
    if args.speed > 1 {
        println!("  time      {} simulated seconds pass in a second", args.speed);
    }
    if let Some(warning) = &news.warning {
        println!("\n  warning: {warning}");
    }
    accounts(news);
    println!("\nnext, to be pasted into another terminal:");
    for command in commands(&at, news) {
        println!("  {command}");
    }
    println!("\nCtrl-C stops everything; the data stay");
}

#[expect(clippy::print_stdout, reason = "this is what the command is for")]
fn accounts(news: &News<'_>) {
    if news.fresh.is_empty() {
        println!("\naccounts and passwords as before (--new-passwords makes new ones)");
        return;
    }
    println!("\naccounts, shown this once (--new-passwords makes new ones):");
    for Fresh { username, name, role, password } in news.fresh {
        println!("  {username:<12} {password}   {:<16} {name}", role.as_str());
    }
    let Example { name, second, .. } = news.example;
    println!("  merchant is the account of {name}");
    if let Some((_, name)) = second {
        println!("  merchant2 is the account of {name}");
    }
    println!(
        "  applicant belongs to no merchant: it applies at /credit/v1/applications and follows that to the end"
    );
    println!("  centre reads; what it reports is signed with volunteer-centre.key");
    println!("  officer2, reviewer2 and operator2 are the other persons for steps that take two");
}

/// Three commands that work as they stand: log in, ask whom the platform recommends, hand in a request.
fn commands(at: &str, News { fresh, example, .. }: &News<'_>) -> [String; 3] {
    let operator = fresh.iter().find(|account| account.username == "operator");
    let (ask, password) = match operator {
        Some(account) => ("", account.password.as_str()),
        None => ("read -rsp 'password of operator: ' PASSWORD; ", "'\"$PASSWORD\"'"),
    };
    let (item, area) = (&example.item, example.area);
    [
        format!(
            "{ask}TOKEN=$(curl -s {at}/issuer/token -H 'content-type: application/json' -d '{{\"username\": \
             \"operator\", \"password\": \"{password}\"}}' | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')"
        ),
        format!(
            "curl -s \"{at}/intake/v1/recommendations?city=330200&item={item}&area={area}\" -H \"authorization: \
             Bearer $TOKEN\""
        ),
        format!(
            "curl -s \"{at}/intake/v1/requests\" -H \"authorization: Bearer $TOKEN\" -H \"idempotency-key: \
             $(date +%s%N)\" -H 'content-type: application/json' -d '{{\"city\": 330200, \"item\": \"{item}\", \
             \"area\": {area}, \"mode\": \"auto\", \"contact\": {{\"name\": \"王先生\", \"phone\": \
             \"13800000000\", \"address\": \"1 幢 101 室\"}}}}'"
        ),
    ]
}
