//! How far it is, while it runs: a line that is drawn again on a terminal, and a line now and then elsewhere.

use std::fmt::Display;
use std::io::{IsTerminal as _, Write as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::world::World;

/// Between two drawings.
const DRAW_EVERY: Duration = Duration::from_millis(250);
/// Between two lines where nothing can be drawn.
const SAY_EVERY: u32 = 20;

/// One line. A reader that has gone away is no failure of the demo.
pub(crate) fn say(text: impl Display) {
    drop(writeln!(std::io::stdout().lock(), "{text}"));
}

/// Shows how far it is until the demo is over.
pub(crate) async fn run(world: World, bar: ProgressBar) {
    let terminal = std::io::stderr().is_terminal();
    for turn in 0_u32.. {
        let line = line(&world);
        bar.set_position(world.book.tally.received.get());
        if terminal {
            bar.set_message(line);
        } else if turn % SAY_EVERY == 0 {
            say(line);
        }
        tokio::time::sleep(DRAW_EVERY).await;
    }
}

/// An empty bar for so many requests.
pub(crate) fn bar(requests: usize) -> anyhow::Result<ProgressBar> {
    let bar = ProgressBar::new(u64::try_from(requests)?);
    bar.set_style(ProgressStyle::with_template("{elapsed} {bar:24} {pos}/{len} {msg}")?);
    Ok(bar)
}

fn line(world: &World) -> String {
    let tally = world.book.tally.figures();
    let now = world.clock.now().in_city();
    format!(
        "{} {:02}:{:02}  in {}  accepted {}  completed {}  cancelled {}  called back {}  live {}",
        now.day,
        now.minute / 60,
        now.minute % 60,
        tally.received,
        tally.accepted,
        tally.completed,
        tally.cancelled,
        tally.calls,
        tally.entries + tally.lists,
    )
}
