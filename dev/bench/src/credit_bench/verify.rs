//! `verify_rps`: certificates verified as a reader without a connection does it, on one thread: the text of the QR code
//! taken apart, the signature, the statement, the list of revocations. Beside the signature alone, which no reader can
//! do without.

use std::collections::BTreeSet;
use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use coset::{CoseSign1, TaggedCborSerializable as _};
use credit_domain::certificate::{CertificateNumber, Revocations, Statement, Verdict, seal, verify};
use credit_domain::keys::{SecretKey, Signature, TrustList};
use kernel::{Grade, MerchantId, Timestamp, Version};

use super::BENCH;
use crate::figure::{Report, say};
use crate::servers::city;
use crate::stats::{median, per_second};

const RUNS: usize = 3;
/// Each is another one; every hundredth is revoked.
const CERTIFICATES: u32 = 50_000;
const REVOKED_EVERY: u32 = 100;
/// A run ends then, on whatever machine.
const AT_MOST: Duration = Duration::from_secs(20);
/// Signs the certificates of this bench and of nothing else.
const SIGNING_KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
/// What the signature of a certificate is made over besides its payload.
const FORM: &[u8] = b"81890.certificate.1";
const ISSUER: &str = "81890求助服务中心";
const DAY: Duration = Duration::from_secs(86_400);

pub(crate) fn run(report: &mut Report) -> anyhow::Result<()> {
    let (key, now) = (SecretKey::try_new(SIGNING_KEY)?, "2026-03-02T00:00:00Z".parse()?);
    let texts = texts(&key, now)?;
    let signed: Vec<Signed> = texts.iter().map(|text| Signed::of(text)).collect::<Result<_, _>>()?;
    let (trust, list) = (TrustList::new([key.public().clone()]), revocations(now)?);
    let (mut ours, mut peer) = (Vec::new(), Vec::new());
    for number in 1..=RUNS {
        say(format_args!("credit: certificates verified, run {number} of {RUNS}"));
        ours.push(passed(&texts, |text| {
            matches!(verify(text, &trust, Some(&list), now).verdict, Verdict::Valid | Verdict::Revoked)
        })?);
        peer.push(passed(&signed, |it| key.public().verifies(&it.message, &it.signature))?);
    }
    let is_revoked = |text: &&String| verify(text, &trust, Some(&list), now).verdict == Verdict::Revoked;
    let (found, expected) = (texts.iter().filter(is_revoked).count(), list.revoked.len());
    ensure!(found == expected, "{found} of {expected} certificates that are revoked were found");
    let case = format!("one thread, {CERTIFICATES} certificates, {expected} of them revoked");
    let figure = ("verify_rps", "1/s", median(ours));
    report.beside(BENCH, case, figure, ("Ed25519 verify_strict alone, the same bytes", median(peer)))
}

/// How many of these pass in a second, one after the other; all must.
fn passed<T>(all: &[T], passes: impl Fn(&T) -> bool) -> anyhow::Result<f64> {
    let (began, mut looked_at, mut good) = (Instant::now(), 0, 0);
    for one in all {
        if began.elapsed() > AT_MOST {
            break;
        }
        looked_at += 1;
        good += usize::from(black_box(passes(black_box(one))));
    }
    let rate = per_second(looked_at, began.elapsed());
    ensure!(good == looked_at, "{good} of {looked_at} passed");
    Ok(rate)
}

fn number(serial: u32) -> anyhow::Result<CertificateNumber> {
    Ok(CertificateNumber::try_new(city()?, 2026, serial)?)
}

/// The codes of certificates for merchants of all grades that get one.
fn texts(key: &SecretKey, now: Timestamp) -> anyhow::Result<Vec<String>> {
    let grades: Vec<Grade> = Grade::ALL.into_iter().filter(|grade| *grade != Grade::D).collect();
    let categories = ["appliance-repair".parse()?, "lock-opening".parse()?];
    let text = |serial: u32| {
        let place = usize::try_from(serial)?;
        let says = Statement {
            number: number(serial)?,
            issuer: ISSUER.to_owned(),
            merchant: MerchantId::from_u128(u128::from(serial) << 64),
            name: format!("甬诚家庭服务部 {serial}"),
            grade: *grades.get(place % grades.len()).context("no grade")?,
            categories: categories.iter().take(1 + place % categories.len()).cloned().collect(),
            standing_version: Version(u64::from(serial)),
            valid_from: now.before(DAY),
            valid_until: now.after(DAY * 90),
        };
        Ok(seal(&says, key)?)
    };
    (1..=CERTIFICATES).map(text).collect()
}

fn revocations(now: Timestamp) -> anyhow::Result<Revocations> {
    let every = usize::try_from(REVOKED_EVERY)?;
    let revoked = (1..=CERTIFICATES).step_by(every).map(number).collect::<Result<BTreeSet<_>, _>>()?;
    Ok(Revocations {
        city: city()?,
        issuer: ISSUER.to_owned(),
        issued_at: now,
        next_update: now.after(DAY),
        revoked,
        contested: BTreeSet::new(),
    })
}

/// What the key of a certificate signed.
struct Signed {
    message: Vec<u8>,
    signature: Signature,
}

impl Signed {
    fn of(text: &str) -> anyhow::Result<Self> {
        let encoded = text.strip_prefix("NB1:").context("not the form of a certificate")?;
        let bytes = base45::decode(encoded).map_err(|_| anyhow::anyhow!("not base45"))?;
        let sealed = CoseSign1::from_tagged_slice(&bytes).map_err(|error| anyhow::anyhow!("{error}"))?;
        let signature = sealed.signature.as_slice().try_into()?;
        Ok(Self { message: sealed.tbs_data(FORM), signature })
    }
}
