//! What a merchant of a sample city has in its file: all that the policy asks of everybody, so that the city is one in
//! which everybody came in by the rules. None of the papers exists, and each says so.

use kernel::{Actor, ActorId, CategoryCode, Fen, ItemCode, QualificationCode, Timestamp, Version};

use super::{DAY, SampleCity};
use crate::admission::{
    AdmissionPolicy, Attestation, Dossier, Origin, Paper, Registration, Signature, Verdict,
};
use crate::merchant::{Commitment, Profile};
use crate::prices::{Offer, Price, PriceEntry, PriceList};

/// What stands where an officer would say what was seen.
const EVIDENCE: &str = "样本数据，并无此件 (sample data: there is no such paper)";
const ISSUER: &str = "样本发证机关";
/// Papers outlast the commitments: from so many days ahead on, and for up to a year more.
const PAPER_DAYS: u32 = 370;
/// Of a hundred items of a category, how many a merchant says it does not do; never the first.
const NOT_OFFERED_PERCENT: usize = 12;
/// Of a hundred prices, how many are a range.
const RANGE_PERCENT: usize = 20;
const FEN: i64 = 100;

impl SampleCity<'_> {
    /// The file of one merchant, whole; none where the policy lacks one of its categories.
    #[must_use]
    pub fn file(
        &self,
        index: u32,
        profile: &Profile,
        registration: Registration,
        policy: &AdmissionPolicy,
    ) -> Option<Dossier> {
        let officer = ActorId::from_u128(self.id("officer", 0));
        let mut file = Dossier::empty(profile.city, profile.id, Origin::Sample, registration);
        let signed = |made: &Commitment| self.signature(made, profile, policy);
        file.signatures = profile.categories.iter().map(signed).collect::<Option<_>>()?;
        let since = file.signatures.iter().map(|signed| signed.signed_at).min()?;
        file.register_check = Some(Attestation::of(true, EVIDENCE, officer, since));
        file.granted = profile.categories.iter().map(|made| made.category.clone()).collect();
        let mut demanded: Vec<QualificationCode> = Vec::new();
        for category in &file.granted {
            let papers = policy.papers(category).ok()?;
            demanded.extend(papers.into_iter().filter(|code| !demanded.contains(code)).collect::<Vec<_>>());
        }
        let mut chance = self.chance("merchant papers", index);
        for (id, code) in (1_u32..).zip(demanded) {
            let last =
                self.plan.now.in_city().day.plus(i32::try_from(PAPER_DAYS + chance.below_u32(365)).ok()?);
            file.papers.push(Paper {
                id,
                number: format!("SAMPLE-{code}-{index}"),
                code,
                issuer: ISSUER.to_owned(),
                valid_until: last.next().at_minute(0),
                filed_by: Actor::Merchant { id: profile.id },
                filed_at: since,
                verdict: Verdict::Verified { by: officer, at: since, evidence: EVIDENCE.to_owned() },
            });
            file.papers_filed = id;
        }
        Some(file)
    }

    fn signature(&self, made: &Commitment, profile: &Profile, policy: &AdmissionPolicy) -> Option<Signature> {
        let signed_at = made.commitment_until.before(DAY * (u32::from(policy.rules.commitment_days) + 1));
        Some(Signature {
            category: made.category.clone(),
            version: policy.rules.commitment.version,
            text_hash: policy.commitment_hash(&made.category).ok()?,
            signer: Actor::Merchant { id: profile.id },
            signed_at: signed_at.after(DAY / 2),
            until: made.commitment_until,
            on_paper: None,
        })
    }

    /// What one merchant posts: every item of its categories, priced or said not to be offered.
    #[must_use]
    pub fn price_list(&self, index: u32, profile: &Profile, policy: &AdmissionPolicy) -> Option<PriceList> {
        let mut chance = self.chance("prices", index);
        let posted = self.plan.now.before(DAY * (1 + chance.below_u32(300)));
        let mut list = PriceList::empty(profile.city, profile.id);
        for Commitment { category, .. } in &profile.categories {
            for (place, item) in policy.row(category).ok()?.items.iter().enumerate() {
                let offered = place == 0 || !chance.percent(NOT_OFFERED_PERCENT);
                let offer = if offered { self.offer(category, &mut chance)? } else { Offer::NotOffered };
                list.entries.push(entry(item, offer, profile, posted));
            }
        }
        list.entries.sort_by(|one, other| one.item.cmp(&other.item));
        list.version = Version(1);
        Some(list)
    }

    fn offer(&self, category: &CategoryCode, chance: &mut super::Chance) -> Option<Offer> {
        let note = self.plan.recipe.price(category)?;
        let [least, most] = note.yuan.map(i64::from);
        // In steps of five yuan, as prices are posted.
        let from = (least + chance.below_i64(most - least + 1)) / 5 * 5;
        let to = chance.percent(RANGE_PERCENT).then(|| Fen((from + 10 + from / 10 * 5) * FEN));
        let unit = note.unit.clone();
        Some(Offer::Priced(Price {
            unit,
            from: Fen(from.max(5) * FEN),
            to,
            surcharges: Vec::new(),
            note: None,
        }))
    }
}

fn entry(item: &ItemCode, offer: Offer, profile: &Profile, posted: Timestamp) -> PriceEntry {
    PriceEntry {
        item: item.clone(),
        offer,
        valid_from: posted,
        recorded_at: posted,
        recorded_by: Actor::Merchant { id: profile.id },
    }
}
