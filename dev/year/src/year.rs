//! The year, day by day.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use kernel::Day;

use crate::certificates::Shown;
use crate::city::{Member, Part, members};
use crate::diary::{Diary, Task, working};
use crate::figures::{Figures, Months};
use crate::http::Http;
use crate::justice::{File, Objection, Why};
use crate::servers::Platform;
use crate::{Options, Report, check};

/// The first and the last day. Deadlines in working days are known in both years.
const FIRST: &str = "2025-01-02";
const LAST: &str = "2026-02-27";
/// The evaluation begins by itself on this day.
const EVALUATED: &str = "2026-02-01";
/// Everything of a day happens at ten in the morning: inside everybody's hours.
const MORNING: u16 = 10 * 60;
/// A worker is scanned so often.
const SCAN_EVERY_DAYS: i32 = 45;

/// All that is known while the year is played.
pub(crate) struct Year {
    pub(crate) platform: Platform,
    pub(crate) http: Http,
    pub(crate) seed: u64,
    pub(crate) today: Day,
    pub(crate) members: Vec<Member>,
    pub(crate) diary: Diary,
    pub(crate) files: Vec<File>,
    pub(crate) objections: Vec<Objection>,
    pub(crate) months: Months,
    /// Orders completed so far: the number of the next request.
    pub(crate) orders: u64,
    /// Orders that turn out as a breach, and of which severity.
    pub(crate) foreseen: BTreeMap<u64, &'static str>,
    /// Certificates that were valid when the evaluation was published.
    pub(crate) certificates: Vec<Shown>,
    /// Proceedings and objections that were seen to be overdue.
    pub(crate) overdue: BTreeSet<String>,
    /// Events that feedback has said.
    pub(crate) facts: u64,
    /// What must not be.
    pub(crate) faults: Vec<String>,
}

/// Plays the whole year on a platform of its own.
pub(crate) async fn play(options: &Options) -> anyhow::Result<Report> {
    let began = Instant::now();
    let (first, last): (Day, Day) = (FIRST.parse()?, LAST.parse()?);
    let platform = Box::pin(Platform::start(options.seed, first.at_minute(MORNING))).await?;
    let mut year = Year::new(options, platform, first)?;
    let played = year.until(last).await;
    let Year { platform, months, mut faults, .. } = year;
    let stopped = platform.stop().await;
    played?;
    stopped?;
    faults.sort();
    faults.dedup();
    Ok(Report { seed: options.seed, merchants: options.merchants, months, faults, took: began.elapsed() })
}

impl Year {
    fn new(options: &Options, platform: Platform, first: Day) -> anyhow::Result<Self> {
        let members = members(options.merchants, options.seed, first);
        let mut year = Self {
            platform,
            http: Http::new()?,
            seed: options.seed,
            today: first,
            members,
            diary: Diary::default(),
            files: Vec::new(),
            objections: Vec::new(),
            months: Months::default(),
            orders: 0,
            foreseen: BTreeMap::new(),
            certificates: Vec::new(),
            overdue: BTreeSet::new(),
            facts: 0,
            faults: Vec::new(),
        };
        year.plan()?;
        Ok(year)
    }

    /// What is known beforehand.
    fn plan(&mut self) -> anyhow::Result<()> {
        for Member { number, part, applies, .. } in self.members.clone() {
            let on = |day: &str| day.parse::<Day>();
            let applies = if part == Part::Front { on("2025-09-08")? } else { applies };
            self.note(applies, Task::Apply(number));
            self.note(on("2025-11-10")?, Task::Honour(number));
            match part {
                Part::Fraud => self.note(on("2025-06-16")?, Task::Open(number, Why::Fraud)),
                Part::Repairer => self.note(on("2025-05-12")?, Task::Breach(number, "general")),
                Part::Suspended => self.note(on("2025-07-07")?, Task::Open(number, Why::Emergency)),
                Part::Wronged | Part::Denied => self.note(on("2025-08-04")?, Task::Breach(number, "general")),
                Part::Leaver => self.note(on("2025-10-13")?, Task::Leave(number)),
                Part::Forgotten => self.note(on("2025-11-03")?, Task::Open(number, Why::Forgotten)),
                Part::Front | Part::Unregistered | Part::Ordinary => {}
            }
        }
        self.diary.note(EVALUATED.parse()?, Task::RunAgain);
        self.note(EVALUATED.parse()?, Task::PublishEvaluation);
        Ok(())
    }

    async fn until(&mut self, last: Day) -> anyhow::Result<()> {
        let days = u64::try_from(last.julian() - self.today.julian()).unwrap_or_default();
        let bar = ProgressBar::new(days);
        bar.set_style(ProgressStyle::with_template("{elapsed} {bar:24} {pos}/{len} {msg}")?);
        bar.enable_steady_tick(Duration::from_millis(250));
        while self.today <= last {
            bar.set_message(self.line());
            self.day().await?;
            let tomorrow = self.today.next();
            if tomorrow.to_string().ends_with("-01") || tomorrow > last {
                self.end_of_month().await?;
                if !std::io::stderr().is_terminal() {
                    // A reader that has gone away is no failure of the year.
                    drop(writeln!(std::io::stderr(), "{}", self.line()));
                }
            }
            self.today = tomorrow;
            bar.inc(1);
        }
        self.today = last;
        check::year(self).await?;
        bar.finish_and_clear();
        Ok(())
    }

    fn line(&self) -> String {
        let inside = self.members.iter().filter(|member| member.is_in).count();
        let (today, orders) = (self.today, self.orders);
        format!("{today}  in {inside}  orders {orders}  breaches {}", self.months.sum(|it| it.breaches))
    }

    async fn day(&mut self) -> anyhow::Result<()> {
        self.platform.pass_to(self.today.at_minute(MORNING)).await?;
        check::note_overdue(self).await?;
        self.call_back().await?;
        self.rule().await?;
        // A task may note another for the same day.
        while let Some(task) = self.diary.next(self.today) {
            self.perform(task).await?;
        }
        self.serve().await
    }

    async fn perform(&mut self, task: Task) -> anyhow::Result<()> {
        match task {
            Task::Apply(member) => self.apply(member).await,
            Task::Decide(member) => self.decide(member).await,
            Task::RenewPaper(member) => self.renew_paper(member).await,
            Task::Sign(member) => self.sign_again(member).await,
            Task::Scan(member) => self.scan(member).await,
            Task::Leave(member) => self.leave(member).await,
            Task::Breach(member, severity) => self.breach(member, severity).await,
            Task::Open(member, why) => self.open(member, why).await,
            Task::File(file, act) => self.file(file, act).await,
            Task::Object(member, case) => self.object(member, &case).await,
            Task::Examine(objection) => self.examine(objection).await,
            Task::Judge(objection) => self.judge(objection).await,
            Task::Honour(member) => self.honour(member).await,
            Task::RunAgain => self.run_again().await,
            Task::PublishEvaluation => self.publish_evaluation().await,
            Task::LookAtEvaluation => self.look_at_evaluation().await,
        }
    }

    async fn end_of_month(&mut self) -> anyhow::Result<()> {
        let grades = check::month(self).await?;
        self.figures().grades = grades;
        Ok(())
    }

    /// The figures of this month.
    pub(crate) fn figures(&mut self) -> &mut Figures {
        let month = self.today.to_string().chars().take(7).collect();
        self.months.0.entry(month).or_default()
    }

    /// Notes a task for the first working day from this day on.
    pub(crate) fn note(&mut self, day: Day, task: Task) {
        let day = working(self.platform.calendar(), day.max(self.today));
        self.diary.note(day, task);
    }

    /// The same, so many days from now.
    pub(crate) fn later(&mut self, days: i32, task: Task) {
        self.note(self.today.plus(days), task);
    }

    /// The next scan of a member that enters homes.
    pub(crate) fn scan_later(&mut self, member: usize) {
        self.later(SCAN_EVERY_DAYS, Task::Scan(member));
    }

    pub(crate) fn member(&self, number: usize) -> anyhow::Result<&Member> {
        self.members.get(number).ok_or_else(|| anyhow::anyhow!("no merchant has the number {number}"))
    }

    pub(crate) fn member_mut(&mut self, number: usize) -> anyhow::Result<&mut Member> {
        self.members.get_mut(number).ok_or_else(|| anyhow::anyhow!("no merchant has the number {number}"))
    }

    /// Notes what must not be, with its day.
    pub(crate) fn fault(&mut self, what: impl std::fmt::Display) {
        self.faults.push(format!("{}: {what}", self.today));
    }
}
