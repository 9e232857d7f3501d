//! The work that is done in turns, whoever asks: offers, expiries, counting, resyncs.

use std::sync::Arc;
use std::time::Duration;

use chassis::service::Runtime;
use chassis::tasks::Stage;
use tokio::sync::Notify;

use crate::config::Config;
use crate::ranking::{Ranking, Resync};
use crate::usecases::assign::Dispatcher;
use crate::usecases::{expire, second_person, stop_counting};

/// Between two looks for orders of more than 30 days, and for commitments that ended.
const SLOW_TURN: Duration = Duration::from_secs(1);

/// Starts all of it.
pub(crate) fn start(
    runtime: &Runtime,
    config: &Config,
    dispatcher: &Dispatcher,
    resync: Resync,
    wake: &Arc<Notify>,
) {
    offer(runtime, config, dispatcher.clone(), Arc::clone(wake));
    expire(runtime, config, dispatcher.clone(), Arc::clone(wake));
    slow(runtime, dispatcher.clone());
    keep_loads(runtime, config, Arc::clone(&dispatcher.ranking), resync);
}

/// Makes the offers that are due: at once when roused, and at every turn.
fn offer(runtime: &Runtime, config: &Config, dispatcher: Dispatcher, wake: Arc<Notify>) {
    let every = Duration::from_millis(config.turns.offer_ms.get());
    let stop = runtime.tasks.token(Stage::Consumers);
    runtime.tasks.spawn(Stage::Consumers, "offer", async move {
        while !stop.is_cancelled() {
            match dispatcher.offer_due().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "making offers"),
            }
            tokio::select! {
                () = wake.notified() => {}
                () = tokio::time::sleep(every) => {}
                () = stop.cancelled() => {}
            }
        }
    });
}

fn expire(runtime: &Runtime, config: &Config, dispatcher: Dispatcher, wake: Arc<Notify>) {
    let every = Duration::from_millis(config.turns.expire_ms.get());
    runtime.every("expire", every, move || {
        let (dispatcher, wake) = (dispatcher.clone(), Arc::clone(&wake));
        async move {
            match expire::overdue(&dispatcher.db, dispatcher.clock.now()).await {
                Ok(changed) => {
                    if !changed.is_empty() {
                        wake.notify_one();
                    }
                    changed.iter().for_each(|counted| dispatcher.ranking.apply_counted(counted));
                }
                Err(error) => tracing::warn!(%error, "expiring offers"),
            }
            match second_person::expire_overdue(&dispatcher.db, dispatcher.clock.now()).await {
                Ok(0) => {}
                Ok(_) => wake.notify_one(),
                Err(error) => tracing::warn!(%error, "expiring proposals"),
            }
        }
    });
}

fn slow(runtime: &Runtime, dispatcher: Dispatcher) {
    runtime.every("stop-counting", SLOW_TURN, move || {
        let dispatcher = dispatcher.clone();
        async move {
            dispatcher.ranking.sweep(dispatcher.clock.now());
            match stop_counting::old(&dispatcher.db, dispatcher.clock.now()).await {
                Ok(changed) => {
                    changed.iter().for_each(|counted| dispatcher.ranking.apply_counted(counted));
                }
                Err(error) => tracing::warn!(%error, "counting orders"),
            }
        }
    });
}

fn keep_loads(runtime: &Runtime, config: &Config, ranking: Arc<Ranking>, resync: Resync) {
    let (db, resync) = (runtime.db.clone(), Arc::new(resync));
    runtime.every("resync", Duration::from_millis(config.ranking.resync_ms.get()), move || {
        let (db, ranking, resync) = (db.clone(), Arc::clone(&ranking), Arc::clone(&resync));
        async move {
            if let Err(error) = resync.run(&db, &ranking).await {
                tracing::warn!(%error, "reading loads");
            }
        }
    });
}
