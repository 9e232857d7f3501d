//! A certificate as a page for whoever scans its code with a phone: whether to rely on it, first. Everything that was
//! typed in by somebody is escaped; the page loads nothing and runs nothing.

use core::fmt::{self, Write as _};

use contracts::reference::Reference;
use credit_domain::certificate::{Certificate, State, Verdict, Why};
use kernel::Timestamp;

use super::board_sheet::Escaped;
use crate::usecases::certificates::Seen;

/// What pages look like that a phone is led to by a code. Printers leave grounds out: on paper the verdict is black.
pub(super) const STYLE: &str = "\
@page{size:A4;margin:16mm 15mm}\
*{box-sizing:border-box}\
body{font-family:'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif;color:#1a1f27;\
background:#f6f7f9;max-width:34rem;margin:0 auto;padding:1.25rem;line-height:1.5}\
h1{font-size:1.1rem;margin:0 0 1rem;color:#143a6b;letter-spacing:.1em}\
.en{color:#535c69;font-size:.8em;font-weight:normal;letter-spacing:0}\
.verdict{border-radius:.6rem;padding:1rem;text-align:center;font-size:1.4rem;font-weight:bold;color:#fff;margin:0}\
.good{background:#143a6b}.bad{background:#8b2f6b}.verdict .en{color:#fff;display:block}\
.note{border:2px solid #8b2f6b;color:#8b2f6b;border-radius:.6rem;padding:.6rem;text-align:center;margin:1rem 0 0}\
.grade{font-size:3.4rem;font-weight:bold;color:#143a6b;line-height:1.1}\
dl{display:grid;grid-template-columns:auto 1fr;gap:.6rem 1rem;margin:1.25rem 0}dd{margin:0}dt .en{display:block}\
footer{border-top:1px solid #c3cad3;padding-top:.75rem;font-size:.85rem;color:#535c69}\
@media print{body{background:none;padding:0}.verdict{background:none;border:2px solid}\
.verdict,.verdict .en{color:#000}}";

/// The whole page.
pub(super) fn render(seen: &Seen, reference: &Reference, now: Timestamp) -> Result<String, fmt::Error> {
    let Seen { certificate, under_objection } = seen;
    let says = &certificate.says;
    let mut page = String::with_capacity(8 * 1_024);
    write!(
        page,
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>信用等级证书 {}</title><style>{STYLE}</style></head><body>\
         <h1>信用等级证书 <span class=\"en\">Certificate of credit grade</span></h1>",
        says.number
    )?;
    let (is_good, zh, en) = verdict(certificate, now);
    let class = if is_good { "good" } else { "bad" };
    write!(page, "<p class=\"verdict {class}\" role=\"status\">{zh}<span class=\"en\">{en}</span></p>")?;
    if *under_objection {
        page.write_str(
            "<p class=\"note\">该企业对信用记录提出了异议，正在核查 <span class=\"en\">The merchant objects to an \
             entry of its record: under examination</span></p>",
        )?;
    }
    page.write_str("<dl>")?;
    let mut row = |zh: &str, en: &str, value: &dyn fmt::Display| {
        write!(page, "<dt>{zh}<span class=\"en\">{en}</span></dt><dd>{value}</dd>")
    };
    row("企业名称", "Merchant", &Escaped(&says.name))?;
    // The grade of a certificate that is over would be read as the grade of today.
    if is_good {
        row("信用等级", "Credit grade", &format_args!("<span class=\"grade\">{}</span>", says.grade))?;
        let served: Vec<_> = says.categories.iter().map(|code| named(reference, code)).collect();
        row("服务类目", "Categories", &Escaped(&served.join("、")))?;
    }
    row("证书编号", "Number", &says.number)?;
    let last_day = says.valid_until.last_day();
    row("有效期", "Valid", &format_args!("{} 至 {last_day}", says.valid_from.in_city().day))?;
    row("颁发机构", "Issuer", &Escaped(&says.issuer))?;
    write!(
        page,
        "</dl><footer>请核对企业名称与证书上的是否一致；有疑问请拨打 81890。<br><span class=\"en\">Compare the name with \
         the one on the certificate; in doubt call 81890.</span></footer></body></html>"
    )?;
    Ok(page)
}

fn named(reference: &Reference, code: &kernel::CategoryCode) -> String {
    reference.category(code).map_or_else(|| code.to_string(), |category| category.names.zh.clone())
}

/// Whether to rely on it, in both languages.
fn verdict(certificate: &Certificate, now: Timestamp) -> (bool, &'static str, &'static str) {
    match (certificate.verdict(now), certificate.state) {
        (Verdict::Valid, _) => (true, "证书有效", "The certificate is valid"),
        (Verdict::NotYetValid, _) => (false, "证书尚未生效", "The certificate is not valid yet"),
        (Verdict::Revoked, State::Revoked { why: Why::Replaced, .. }) => {
            (false, "证书已换新，本证书失效", "A newer certificate replaced this one")
        }
        (Verdict::Revoked, _) => (false, "证书已吊销", "The certificate was revoked"),
        (Verdict::Expired, _) => (false, "证书已过期", "The certificate has expired"),
        // What the register holds is none of these; were it, nobody should rely on it.
        (Verdict::UnknownKey | Verdict::Forged | Verdict::RevocationsTooOld | Verdict::Unreadable, _) => {
            (false, "证书无效", "The certificate is not valid")
        }
    }
}
