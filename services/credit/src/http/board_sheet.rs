//! The price board as a page for A4 and for a shop's wall. Everything that was typed in by somebody is escaped; the
//! page loads nothing and runs nothing.

use core::fmt::{self, Write as _};

use credit_domain::Status;
use credit_domain::prices::{Price, Surcharge};
use credit_domain::process::{SuspendedBy, Suspension};
use kernel::Fen;
use qrcode::QrCode;
use qrcode::render::svg;
use qrcode::types::QrError;

use crate::usecases::{BoardCategory, BoardItem, PriceBoard, SuspendedCategory};

const STYLE: &str = "\
@page{size:A4;margin:14mm}\
*{box-sizing:border-box}\
body{font-family:'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif;color:#111;\
background:#fff;max-width:190mm;margin:0 auto;padding:8mm;line-height:1.45}\
header{display:flex;justify-content:space-between;align-items:flex-start;border-bottom:2px solid #111;\
padding-bottom:4mm;gap:6mm}\
h1{font-size:26pt;margin:0}h2{font-size:14pt;margin:6mm 0 2mm;break-after:avoid}\
.en{color:#555;font-size:.8em;font-weight:normal}\
.name{font-size:16pt;margin:2mm 0 0}.held{margin:1mm 0 0}\
.grade{border:2px solid #111;padding:2mm 5mm;text-align:center;min-width:34mm}\
.grade b{display:block;font-size:28pt;line-height:1.1}\
.notice{border:2px solid #b00;color:#b00;padding:4mm;margin:6mm 0;font-size:16pt}\
.notice.off{padding:2mm 4mm;margin:4mm 0 0;font-size:11pt}\
ol{margin:4mm 0;padding-left:7mm}li{margin:1mm 0}\
table{width:100%;border-collapse:collapse}\
th,td{border:1px solid #999;padding:1.5mm 2.5mm;text-align:left;vertical-align:top;font-size:10.5pt}\
th{background:#eee}td.price{white-space:nowrap;text-align:right}tr{break-inside:avoid}\
thead{display:table-header-group}\
footer{display:flex;justify-content:space-between;align-items:flex-end;margin-top:8mm;border-top:1px solid #999;\
padding-top:4mm;font-size:9pt;color:#333;break-inside:avoid}\
footer svg{width:32mm;height:32mm}\
@media print{body{padding:0;max-width:none}th{-webkit-print-color-adjust:exact;print-color-adjust:exact}}";

/// Why there is no sheet.
#[derive(Debug, thiserror::Error)]
pub(super) enum SheetError {
    /// The address is too long for a code.
    #[error("the address does not fit into a QR code")]
    Qr(#[from] QrError),
    /// Writing to a text failed.
    #[error(transparent)]
    Text(#[from] fmt::Error),
}

/// Text that somebody typed in, made harmless.
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for one in self.0.chars() {
            match one {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}

/// Fen as yuan, without rounding: 8000 is 80, 8050 is 80.50.
pub(super) struct Yuan(pub(super) Fen);

impl fmt::Display for Yuan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fen(fen) = self.0;
        match fen.rem_euclid(100) {
            0 => write!(f, "{}", fen / 100),
            rest => write!(f, "{}.{rest:02}", fen.div_euclid(100)),
        }
    }
}

/// The whole page.
///
/// # Errors
/// [`SheetError`] when the address is too long for a QR code.
pub(super) fn render(board: &PriceBoard, url: &str) -> Result<String, SheetError> {
    let code = QrCode::new(url.as_bytes())?;
    // No size of its own: the style says how large it is.
    let qr = code.render::<svg::Color<'_>>().min_dimensions(160, 160).build();
    let qr = qr.split_once("?>").map_or(qr.as_str(), |(_, picture)| picture);
    let mut page = String::with_capacity(16 * 1_024);
    let name = Escaped(&board.merchant.profile.name);
    write!(
        page,
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>价格公示牌 Price board · {name}</title><style>{STYLE}</style></head><body>"
    )?;
    head(&mut page, board)?;
    if let Some(Told { zh, en }) = closed(board) {
        write!(page, "<p class=\"notice\" role=\"alert\">{zh}<br><span class=\"en\">{en}</span></p>")?;
    } else {
        if let Some(Told { zh, en }) = suspended_categories(board) {
            let (zh, en) = (Escaped(&zh), Escaped(&en));
            write!(page, "<p class=\"notice off\">{zh} <span class=\"en\">{en}</span></p>")?;
        }
        promises(&mut page, board)?;
        for category in &board.categories {
            table(&mut page, category)?;
        }
    }
    write!(
        page,
        "<footer><div>扫码核对最新价格与信用等级<br><span class=\"en\">Scan to check the latest prices and the \
         credit grade</span><br>除公示项目外不得另行收费，违者可拨打 81890 投诉<br><span class=\"en\">Nothing that is \
         not posted may be charged: complaints to 81890</span><br>公示日期 <time>{}</time></div>{qr}</footer>\
         </body></html>",
        board.at.in_city().day
    )?;
    Ok(page)
}

/// What a board says in Chinese and in English.
pub(super) struct Told {
    pub(super) zh: String,
    pub(super) en: String,
}

impl Told {
    fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
}

/// What a board says in place of prices; nothing where it shows them.
pub(super) fn closed(board: &PriceBoard) -> Option<Told> {
    match board.merchant.status {
        Status::Affiliated => None,
        Status::Suspended => Some(suspended(board.beside.suspension)),
        Status::Removed | Status::Left => {
            Some(Told::new("该商户已终止加盟81890", "This merchant is no longer affiliated with 81890"))
        }
    }
}

fn suspended(by: Option<Suspension>) -> Told {
    let (zh, en) = ("该商户已被暂停服务，价格不再公示", "This merchant is suspended: no prices are posted");
    let Some(Suspension { since, by }) = by else { return Told::new(zh, en) };
    let since = since.in_city().day;
    let (by_zh, by_en) = match by {
        SuspendedBy::Emergency => ("平台紧急措施，尚未定论", "an emergency measure, nothing is decided yet"),
        SuspendedBy::Measure => ("平台经处理程序作出的措施", "a measure that was decided in a proceeding"),
    };
    Told::new(format!("{zh}（自 {since} 起，{by_zh}）"), format!("{en} (since {since}, {by_en})"))
}

/// What it was granted and may not serve now; nothing where it may serve all.
pub(super) fn suspended_categories(board: &PriceBoard) -> Option<Told> {
    let names = |of: fn(&SuspendedCategory) -> &str, between: &str| {
        board.suspended.iter().map(of).collect::<Vec<_>>().join(between)
    };
    let zh = names(|one| one.names.zh.as_str(), "、");
    let en = names(|one| one.names.en.as_str(), ", ");
    (!zh.is_empty())
        .then(|| Told::new(format!("暂停服务：{zh}（证照或承诺已到期）"), format!("Suspended for now: {en}")))
}

/// Whether it has a certificate that is valid now, and which; nothing of a merchant that the board does not vouch for.
pub(super) fn certificate(board: &PriceBoard) -> Option<Told> {
    if board.merchant.status != Status::Affiliated {
        return None;
    }
    let Some(certificate) = board.beside.valid_certificate(board.at) else {
        return Some(Told::new("现在没有有效的信用等级证书", "No valid certificate now"));
    };
    let (number, until) = (certificate.says.number, certificate.says.valid_until.last_day());
    let zh = format!("信用等级证书 {number}，有效期至 {until}");
    Some(Told::new(zh, format!("Certificate {number}, valid until {until}")))
}

fn head(page: &mut String, board: &PriceBoard) -> fmt::Result {
    let name = Escaped(&board.merchant.profile.name);
    write!(
        page,
        "<header><div><h1>价格公示牌 <span class=\"en\">Price board</span></h1><p class=\"name\">{name}</p>"
    )?;
    if let Some(Told { zh, en }) = certificate(board) {
        write!(page, "<p class=\"held\">{zh}<br><span class=\"en\">{en}</span></p>")?;
    }
    page.write_str("</div>")?;
    if board.merchant.status == Status::Affiliated {
        write!(
            page,
            "<div class=\"grade\">信用等级 <span class=\"en\">Credit grade</span><b>{}</b>",
            board.merchant.credit.grade
        )?;
        if board.merchant.under_objection {
            page.write_str("异议处理中 <span class=\"en\">under objection</span>")?;
        }
        page.write_str("</div>")?;
    }
    page.write_str("</header>")
}

fn promises(page: &mut String, board: &PriceBoard) -> fmt::Result {
    page.write_str("<h2>三项承诺 <span class=\"en\">Our promises</span></h2><ol>")?;
    for clause in &board.promises {
        let (zh, en) = (Escaped(&clause.zh), Escaped(&clause.en));
        write!(page, "<li>{zh}<br><span class=\"en\">{en}</span></li>")?;
    }
    page.write_str("</ol>")
}

fn table(page: &mut String, category: &BoardCategory) -> fmt::Result {
    if category.items.is_empty() {
        return Ok(());
    }
    let (zh, en) = (Escaped(&category.names.zh), Escaped(&category.names.en));
    write!(page, "<h2>{zh} <span class=\"en\">{en}</span></h2><table><thead><tr>")?;
    for (zh, en) in
        [("服务项目", "Item"), ("价格（元）", "Price, yuan"), ("另行收费与说明", "Extra charges and notes")]
    {
        write!(page, "<th scope=\"col\">{zh} <span class=\"en\">{en}</span></th>")?;
    }
    page.write_str("</tr></thead><tbody>")?;
    category.items.iter().try_for_each(|item| row(page, item))?;
    page.write_str("</tbody></table>")
}

fn row(page: &mut String, item: &BoardItem) -> fmt::Result {
    let (zh, en) = (Escaped(&item.names.zh), Escaped(&item.names.en));
    let Price { unit, from, to, surcharges, note } = &item.price;
    write!(page, "<tr><td>{zh}<br><span class=\"en\">{en}</span></td><td class=\"price\">{}", Yuan(*from))?;
    if let Some(to) = to {
        write!(page, "–{}", Yuan(*to))?;
    }
    write!(page, " / {}</td><td>", Escaped(unit))?;
    for Surcharge { name, amount, unit } in surcharges {
        write!(page, "{} {} 元", Escaped(name), Yuan(*amount))?;
        if !unit.is_empty() {
            write!(page, " / {}", Escaped(unit))?;
        }
        page.write_str("<br>")?;
    }
    if let Some(note) = note {
        write!(page, "{}", Escaped(note))?;
    }
    page.write_str("</td></tr>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_in_cannot_become_markup() {
        let typed = Escaped("<script>alert('1')</script> & \"co\"").to_string();
        assert_eq!(typed, "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;co&quot;");
    }

    #[test]
    fn fen_are_told_as_yuan_without_rounding() {
        let told = [8_000, 8_050, 5, 100_000_000].map(|fen| Yuan(Fen(fen)).to_string());
        assert_eq!(told, ["80", "80.50", "0.05", "1000000"]);
    }
}
