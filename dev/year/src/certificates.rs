//! Certificates as somebody without a connection reads them: the code that the merchant shows, and the keys and the
//! list of revocations as they were fetched before.

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credit_domain::certificate::{Revocations, Verdict, verify};
use credit_domain::keys::{Algorithm, PublicKey, TrustList};
use kernel::MerchantId;
use serde_json::{Value, json};

use crate::http::{AUDITOR, As, Call, part, text};
use crate::year::Year;

/// A certificate that a merchant can show.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    merchant: MerchantId,
    /// The text of its QR code.
    code: String,
}

/// What a reader without a connection has with it.
pub(crate) struct Reader {
    trust: TrustList,
    list: Revocations,
}

impl Year {
    /// The merchant asks for its certificate, and it says what the register says. None where its standing allows none.
    pub(crate) async fn certify(
        &mut self,
        merchant: MerchantId,
        reader: &Reader,
    ) -> anyhow::Result<Option<Shown>> {
        let (at, own) = (self.platform.credit.at, As::Merchant(merchant));
        let of = |rest: &str| format!("/v1/merchants/{merchant}{rest}?city=330200");
        let asked = self.http.call(Call::post(own, at, of("/certificates"), Value::Null)).await?;
        if asked.code() == "not-certifiable" {
            return Ok(None);
        }
        let issued = asked.ok()?;
        let code = text(part(&issued, "certificate"), "code").to_owned();
        let row = self.credit(Call::get(own, at, of(""))).await?;
        let checked = verify(&code, &reader.trust, Some(&reader.list), self.platform.now());
        let says = checked.says.map(|says| says.grade.as_str());
        if checked.verdict != Verdict::Valid || says != Some(text(&row, "grade")) {
            let (verdict, row) = (checked.verdict, text(&row, "grade"));
            self.fault(format_args!(
                "the new certificate of {merchant} is {verdict}, {says:?}; its grade is {row}"
            ));
        }
        Ok(Some(Shown { merchant, code }))
    }

    /// What was fetched this morning.
    pub(crate) async fn reader(&self) -> anyhow::Result<Reader> {
        let at = self.platform.credit.at;
        let published = self.credit(Call::get(AUDITOR, at, "/v1/certificates/keys")).await?;
        let keys = published.get("keys").and_then(Value::as_array).context("no keys are published")?;
        let key = |key: &Value| {
            let point = URL_SAFE_NO_PAD.decode(text(key, "x"))?;
            anyhow::Ok(PublicKey::from_bytes(Algorithm::Ed25519, point)?)
        };
        let trust = TrustList::new(keys.iter().map(key).collect::<Result<Vec<_>, _>>()?);
        let list = Call::get(AUDITOR, at, "/v1/certificates/revocations?city=330200");
        let list = Revocations::read(&self.http.bytes(list).await?, &trust)?;
        Ok(Reader { trust, list })
    }

    /// Whether a certificate is to be relied on is the same without a connection as by the register; when it became
    /// `untrue`, it is not. Why not may differ: one that is over stands on no list of revocations.
    pub(crate) async fn read_again(
        &mut self,
        shown: &Shown,
        reader: &Reader,
        untrue: bool,
    ) -> anyhow::Result<()> {
        let verdict = verify(&shown.code, &reader.trust, Some(&reader.list), self.platform.now()).verdict;
        let ask = json!({ "code": shown.code });
        let call = Call::post(AUDITOR, self.platform.credit.at, "/v1/certificates/verify", ask);
        let register = self.credit(call).await?;
        let (register, merchant, is_valid) =
            (text(&register, "verdict"), shown.merchant, verdict == Verdict::Valid);
        if is_valid != (register == Verdict::Valid.as_str()) {
            self.fault(format_args!(
                "the certificate of {merchant} is {verdict} without a connection, and {register} by the register"
            ));
        }
        if untrue && is_valid {
            self.fault(format_args!("the certificate of {merchant} is untrue, and valid all the same"));
        }
        Ok(())
    }
}

impl Shown {
    pub(crate) const fn merchant(&self) -> MerchantId {
        self.merchant
    }
}
